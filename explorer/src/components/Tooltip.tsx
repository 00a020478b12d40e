import type { ComponentChildren } from "preact";
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import "./Tooltip.css";

export interface TooltipProps {
  text: string;
  side?: "top" | "bottom" | "left" | "right";
  /** The child has this very text as its name already: it is not read twice. */
  named?: boolean;
  children: ComponentChildren;
}

const GAP = 6;

/** A few words beside its child while that is pointed at or has the focus. Esc closes it. */
export function Tooltip({ text, side = "top", named = false, children }: TooltipProps) {
  const [open, setOpen] = useState(false);
  const host = useRef<HTMLSpanElement>(null);
  const bubble = useRef<HTMLSpanElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const id = useId();

  const show = (delay: number) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setOpen(true), delay);
  };
  const hide = () => {
    clearTimeout(timer.current);
    setOpen(false);
  };

  useEffect(() => () => clearTimeout(timer.current), []);

  useLayoutEffect(() => {
    const child = host.current?.firstElementChild;
    const tip = bubble.current;
    if (!open || !child || !tip) {
      return;
    }
    tip.showPopover?.();
    const at = placed(child.getBoundingClientRect(), tip.getBoundingClientRect(), side);
    tip.style.left = `${at.left}px`;
    tip.style.top = `${at.top}px`;
  }, [open, text, side]);

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only listens to what its child gets.
    <span
      ref={host}
      class="tooltip"
      aria-describedby={open && !named ? id : undefined}
      onPointerEnter={(event) => event.pointerType === "mouse" && show(450)}
      onPointerLeave={hide}
      onPointerDown={hide}
      onFocusIn={(event) => (event.target as Element).matches(":focus-visible") && show(0)}
      onFocusOut={hide}
      onKeyDown={(event) => event.key === "Escape" && hide()}
    >
      {children}
      {open && (
        <span ref={bubble} id={id} role="tooltip" class="tooltip-bubble" popover="manual">
          {text}
        </span>
      )}
    </span>
  );
}

/** Where the bubble goes: on its side of the child, inside of the window. */
function placed(child: DOMRect, tip: DOMRect, side: NonNullable<TooltipProps["side"]>) {
  let left = child.left + child.width / 2 - tip.width / 2;
  let top = child.top + child.height / 2 - tip.height / 2;
  if (side === "top") {
    top = child.top - tip.height - GAP;
    if (top < 4) {
      top = child.bottom + GAP;
    }
  } else if (side === "bottom") {
    top = child.bottom + GAP;
    if (top + tip.height > innerHeight - 4) {
      top = child.top - tip.height - GAP;
    }
  } else if (side === "left") {
    left = child.left - tip.width - GAP;
  } else {
    left = child.right + GAP;
  }
  return {
    left: Math.max(4, Math.min(left, innerWidth - tip.width - 4)),
    top: Math.max(4, Math.min(top, innerHeight - tip.height - 4)),
  };
}
