import { useRef } from "preact/hooks";
import type { Json, Kept } from "../../api/types.ts";
import { Code } from "../../components/Code.tsx";
import { formatBytes } from "../../components/format.ts";
import { JsonView } from "../../components/JsonView.tsx";

interface KeptValueProps {
  kept: Kept | null;
  what: "arguments" | "result";
}

/** Arguments or a result as a tree, or the beginning of one that is too long to be kept. */
export function KeptValue({ kept, what }: KeptValueProps) {
  if (kept === null) {
    return <p class="call-detail-none">The {what} of this call were not kept.</p>;
  }
  if ("value" in kept) {
    return <KeptTree value={kept.value} label={what} />;
  }
  return (
    <div class="kept-cut">
      <Code
        code={`${kept.beginning}…`}
        label={`The beginning of the ${what}`}
        wrap
        maxHeight={280}
      />
      <p class="call-detail-none">
        Cut: this is the beginning of {formatBytes(kept.bytes)} of JSON. Run it again to see it all.
      </p>
    </div>
  );
}

/** A call that runs is loaded again and again: as long as the value is the same, branches stay open. */
function KeptTree({ value, label }: { value: Json; label: string }) {
  const shown = useRef(value);
  if (JSON.stringify(shown.current) !== JSON.stringify(value)) {
    shown.current = value;
  }
  return <JsonView value={shown.current} label={label} />;
}
