import { ExternalLink, FileCode } from "lucide";
import { useLayoutEffect, useRef } from "preact/hooks";
import { useResource } from "../../api/resource.ts";
import type { Source } from "../../api/types.ts";
import { queryString } from "../../query-string.ts";
import { Code } from "../Code.tsx";
import { Icon } from "../Icon.tsx";
import { Skeleton } from "../Skeleton.tsx";
import { editorLink } from "./editor-link.ts";
import "./SourceLines.css";

export interface SourceLinesProps {
  /** Relative to the app's folder, as `Frame.file` is. */
  file: string;
  /** The line that matters: it is marked, and scrolled to. */
  line: number;
  column?: number | null;
}

/** Lines of a file of the app around one that matters, with a link that opens an editor there. */
export function SourceLines({ file, line, column = null }: SourceLinesProps) {
  const { data: source, error } = useResource<Source>(`source${queryString({ file, line })}`);
  const code = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const marked = code.current?.querySelector<HTMLElement>("[aria-current]");
    const box = marked?.closest("pre");
    if (marked && box) {
      const above = marked.getBoundingClientRect().top - box.getBoundingClientRect().top;
      box.scrollTop += above - box.clientHeight / 2;
    }
  }, [source]);
  return (
    <div class="source-lines" ref={code}>
      <div class="source-lines-head">
        <Icon icon={FileCode} size={14} />
        <span class="source-lines-place">
          {file}:{line}
        </span>
        {source !== null && (
          <a class="source-lines-open" href={editorLink(source.path, line, column)}>
            Open in editor
            <Icon icon={ExternalLink} size={13} />
          </a>
        )}
      </div>
      {source !== null && (
        <Code
          code={source.lines.join("\n")}
          label={`Source of ${file}`}
          from={source.first}
          mark={line}
          maxHeight={248}
          plain
        />
      )}
      {source === null && error === null && (
        <div class="source-lines-waiting">
          <Skeleton lines={7} />
        </div>
      )}
      {source === null && error !== null && (
        <p class="source-lines-failure" role="status">
          {error.message} {error.hint}
        </p>
      )}
    </div>
  );
}
