import { AudioLines, Brain, FileText } from "lucide";
import { plural } from "../../../components/format.ts";
import { Icon } from "../../../components/Icon.tsx";
import { JsonView } from "../../../components/JsonView.tsx";
import { Markdown } from "../../../components/Markdown.tsx";
import type { Block } from "../conversation.ts";
import { Labels } from "./Labels.tsx";
import { Picture } from "./Picture.tsx";
import { ToolCall, ToolResult } from "./ToolCall.tsx";
import { Vectors } from "./Vectors.tsx";

/** A part of a message. */
export function BlockView({ block, markdown }: { block: Block; markdown: boolean }) {
  switch (block.kind) {
    case "text":
      return markdown ? <Markdown text={block.text} /> : <p class="turn-text">{block.text}</p>;
    case "json":
      return <JsonView value={block.value} label="JSON of the message" text={block.text} />;
    case "reasoning":
      return <Reasoning text={block.text} />;
    case "image":
      return <Picture source={block.source} />;
    case "audio":
      return (
        <p class="turn-attachment">
          <Icon icon={AudioLines} size={15} />
          Sound{block.format && ` (${block.format})`}
        </p>
      );
    case "file":
      return (
        <p class="turn-attachment">
          <Icon icon={FileText} size={15} />
          <span class="turn-file">{block.name}</span>
        </p>
      );
    case "tool":
      return <ToolCall call={block} />;
    case "result":
      return <ToolResult result={block.result} label={`Result of ${block.id || "a call"}`} />;
    case "vectors":
      return <Vectors vectors={block.vectors} of={block.of} />;
    case "labels":
      return <Labels predictions={block.predictions} of={block.of} />;
    case "data":
      return <JsonView value={block.value} label="Data of the message" />;
  }
}

function Reasoning({ text }: { text: string }) {
  const words = text.split(/\s+/).filter(Boolean).length;
  return (
    <details class="turn-reasoning">
      <summary>
        <Icon icon={Brain} size={14} />
        Reasoning
        <span class="turn-reasoning-length">{plural(words, "word")}</span>
      </summary>
      <p class="turn-text">{text}</p>
    </details>
  );
}
