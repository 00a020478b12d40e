import { Search, X } from "lucide";
import { useEffect, useId, useMemo, useRef, useState } from "preact/hooks";
import { IconButton } from "./IconButton.tsx";
import { Input } from "./Input.tsx";
import { type Found, search } from "./json-tree.ts";

/** A field that finds text in a value, and goes from place to place by Enter. */
export function JsonSearch({
  value,
  onFound,
  onClose,
}: {
  value: unknown;
  onFound: (found: Found) => void;
  onClose: () => void;
}) {
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const found = useMemo(() => search(value, text), [value, text]);
  useEffect(() => input.current?.focus(), []);

  const go = (to: number) => {
    const index = (to + found.length) % Math.max(1, found.length);
    const place = found[index];
    setAt(index);
    if (place !== undefined) {
      onFound(place);
    }
  };
  return (
    <div class="json-view-search" role="search">
      <Input
        size="sm"
        icon={Search}
        inputRef={input}
        value={text}
        placeholder="Search"
        aria-label="Search in this value"
        aria-describedby={id}
        onValue={(next) => {
          setText(next);
          const first = search(value, next, 1)[0];
          setAt(0);
          if (first !== undefined) {
            onFound(first);
          }
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter") {
            event.preventDefault();
            go(event.shiftKey ? at - 1 : at + 1);
          } else if (event.key === "Escape") {
            event.preventDefault();
            event.stopPropagation();
            onClose();
          }
        }}
      />
      <span id={id} class="json-view-found" role="status">
        {text === "" ? "" : found.length === 0 ? "Nothing" : `${at + 1} of ${found.length}`}
      </span>
      <IconButton icon={X} label="Close search" size="sm" onClick={onClose} />
    </div>
  );
}
