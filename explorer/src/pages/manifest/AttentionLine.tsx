import { CircleCheck, TriangleAlert } from "lucide";
import type { Manifest } from "../../api/types.ts";
import { Icon } from "../../components/Icon.tsx";
import { attention } from "./attention.ts";

/** What keeps the app from working as its manifest says; each leads to its section. */
export function AttentionLine({ manifest }: { manifest: Manifest }) {
  const found = attention(manifest);
  if (found.length === 0) {
    return (
      <p class="manifest-attention manifest-attention-good">
        <Icon icon={CircleCheck} size={15} />
        All that {manifest.file} needs is here
      </p>
    );
  }
  return (
    <p class="manifest-attention">
      {found.map(({ section, text }) => (
        <button key={section} type="button" class="manifest-jump" onClick={() => jumpTo(section)}>
          <Icon icon={TriangleAlert} size={14} />
          {text}
        </button>
      ))}
    </p>
  );
}

function jumpTo(section: string): void {
  document.getElementById(section)?.scrollIntoView({ behavior: "smooth", block: "start" });
}
