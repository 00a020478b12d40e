import type { ComponentChildren } from "preact";
import { useId, useRef, useState } from "preact/hooks";
import { classes } from "./class-names.ts";
import "./Popover.css";

export interface PopoverProps {
  /** Inside of the button that opens it. */
  button: ComponentChildren;
  /** What the button is called, for screen readers. */
  label: string;
  buttonClass?: string;
  /** Which edge of the button it lines up with. */
  align?: "start" | "end";
  class?: string;
  children: ComponentChildren;
}

/** A small panel below its button. Esc and clicks beside it close it. */
export function Popover({
  button,
  label,
  buttonClass,
  align = "start",
  class: className,
  children,
}: PopoverProps) {
  const id = useId();
  const opener = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);

  const place = () => {
    const at = opener.current?.getBoundingClientRect();
    const element = panel.current;
    if (at && element) {
      const left = align === "start" ? at.left : at.right - element.offsetWidth;
      element.style.left = `${Math.max(8, Math.min(left, innerWidth - element.offsetWidth - 8))}px`;
      element.style.top = `${at.bottom + 6}px`;
      element.style.maxHeight = `${innerHeight - at.bottom - 16}px`;
    }
  };
  return (
    <>
      <button
        ref={opener}
        type="button"
        class={classes("popover-button", buttonClass)}
        aria-label={label}
        aria-haspopup="dialog"
        aria-expanded={open}
        popovertarget={id}
      >
        {button}
      </button>
      <div
        ref={panel}
        id={id}
        popover="auto"
        class={classes("popover", className)}
        role="dialog"
        aria-label={label}
        onToggle={(event) => {
          const isOpen = (event as unknown as ToggleEvent).newState === "open";
          setOpen(isOpen);
          if (isOpen) {
            place();
          }
        }}
      >
        {open && children}
      </div>
    </>
  );
}
