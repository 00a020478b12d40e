import { useState } from "preact/hooks";
import { formatCount } from "../../../components/format.ts";
import { beginningOf } from "../conversation.ts";

/** A long text of which only the beginning shows until all of it is wanted. */
export function SystemText({ text }: { text: string }) {
  const [open, setOpen] = useState(false);
  const beginning = beginningOf(text);
  return (
    <div class="turn-folded">
      <p class="turn-text">{open || beginning === text ? text : `${beginning} …`}</p>
      {beginning !== text && (
        <button type="button" class="turn-more" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? "Show less" : `Show all ${formatCount(text.length)} characters`}
        </button>
      )}
    </div>
  );
}
