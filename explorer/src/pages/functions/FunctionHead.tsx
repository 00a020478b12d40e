import "./function-head.css";
import { FileCode } from "lucide";
import type { FunctionInfo } from "../../api/types.ts";
import { Badge } from "../../components/Badge.tsx";
import { Icon } from "../../components/Icon.tsx";
import { Markdown } from "../../components/Markdown.tsx";
import { openSource } from "../../components/SourcePanel.tsx";

interface FunctionHeadProps {
  about: FunctionInfo;
  /** Whether source files can be read. */
  source: boolean;
}

/** What a function is: its name, its result, its doc, and where it is written. */
export function FunctionHead({ about, source }: FunctionHeadProps) {
  const { file, line } = about;
  return (
    <header class="function-head">
      <div class="function-head-line">
        <h1 class="function-head-name" tabIndex={-1}>
          {about.field}
        </h1>
        <code class="function-head-type">
          <span class="only-read">gives </span>
          <span aria-hidden="true">→ </span>
          {about.operation === "subscription" ? `stream of ${about.result}` : about.result}
        </code>
        <Badge>{about.operation}</Badge>
      </div>
      {about.description !== null && (
        <Markdown text={about.description} class="function-head-doc" />
      )}
      {file !== null && line !== null && source && (
        <button
          type="button"
          class="function-head-source"
          onClick={() => openSource({ file, line })}
        >
          <Icon icon={FileCode} size={14} />
          <span class="only-read">Source: </span>
          {file}:{line}
        </button>
      )}
    </header>
  );
}
