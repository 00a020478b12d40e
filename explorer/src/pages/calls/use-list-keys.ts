import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

const MOVES = new Set(["j", "k", "ArrowDown", "ArrowUp"]);

/** Where keys have a meaning of their own. */
const OWN_KEYS =
  "input, textarea, select, [role=tree], [role=listbox], [contenteditable], dialog, pre";

/**
 * Keys of the page as a whole: those that move in the list go to `list` when nothing else has a use for
 * them, and Esc is `onEscape` (null for nothing to close).
 */
export function useListKeys(
  list: RefObject<HTMLElement | null>,
  onEscape: (() => void) | null,
): void {
  const onEsc = useRef(onEscape);
  onEsc.current = onEscape;
  useEffect(() => {
    const heard = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) {
        return;
      }
      const target = event.target as Element;
      if (event.key === "Escape" && target.closest("dialog, input, select, textarea") === null) {
        onEsc.current?.();
        list.current?.focus({ preventScroll: true });
      } else if (MOVES.has(event.key) && target.closest(OWN_KEYS) === null) {
        event.preventDefault();
        list.current?.focus({ preventScroll: true });
        list.current?.dispatchEvent(new KeyboardEvent("keydown", { key: event.key }));
      }
    };
    addEventListener("keydown", heard);
    return () => removeEventListener("keydown", heard);
  }, [list]);
}
