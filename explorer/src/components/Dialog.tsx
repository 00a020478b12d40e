import { X } from "lucide";
import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { classes } from "./class-names.ts";
import { IconButton } from "./IconButton.tsx";
import "./Dialog.css";

export interface DialogProps {
  open: boolean;
  /** Esc, the cross, and a click beside it. */
  onClose: () => void;
  title: ComponentChildren;
  /** Beside the title. */
  actions?: ComponentChildren;
  footer?: ComponentChildren;
  size?: "sm" | "md" | "lg";
  class?: string;
  children: ComponentChildren;
}

/** A window above the page. The focus stays inside and goes back to where it was. */
export function Dialog({ size = "md", class: className, ...rest }: DialogProps) {
  return <Modal {...rest} class={classes("dialog-center", `dialog-${size}`, className)} />;
}

export function Modal({
  open,
  onClose,
  title,
  actions,
  footer,
  class: className,
  children,
}: Omit<DialogProps, "size">) {
  const dialog = useRef<HTMLDialogElement>(null);
  const pressedOutside = useRef(false);
  const id = useId();

  useLayoutEffect(() => {
    const element = dialog.current;
    if (!open || element === null) {
      return;
    }
    const before = document.activeElement;
    element.showModal();
    // The browser would take the cross, which would show its tooltip.
    (element.querySelector<HTMLElement>("[autofocus]") ?? element).focus();
    return () => {
      element.close();
      if (before instanceof HTMLElement && before.isConnected) {
        before.focus({ preventScroll: true });
      }
    };
  }, [open]);

  if (!open) {
    return null;
  }
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Esc closes it: the event `cancel`.
    <dialog
      ref={dialog}
      class={classes("dialog", className)}
      tabIndex={-1}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => {
        pressedOutside.current = event.target === dialog.current;
      }}
      onClick={(event) => {
        if (event.target === dialog.current && pressedOutside.current) {
          onClose();
        }
      }}
    >
      <div class="dialog-frame">
        <header class="dialog-head">
          <h2 id={id} class="dialog-title">
            {title}
          </h2>
          {actions}
          <IconButton icon={X} label="Close" onClick={onClose} />
        </header>
        <div class="dialog-body">{children}</div>
        {footer !== undefined && <footer class="dialog-foot">{footer}</footer>}
      </div>
    </dialog>
  );
}
