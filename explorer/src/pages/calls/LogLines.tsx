import { useState } from "preact/hooks";
import type { LogLine } from "../../api/types.ts";
import { formatCount, formatDuration } from "../../components/format.ts";
import "./LogLines.css";

/** So many lines are shown at first. */
const FIRST = 200;

/** What a call logged, with the time since its start. */
export function LogLines({ lines }: { lines: readonly LogLine[] }) {
  const [all, setAll] = useState(false);
  const shown = all ? lines : lines.slice(0, FIRST);
  return (
    <>
      <ol class="log-lines" aria-label="Log">
        {shown.map((line, index) => (
          <li key={index} class={`log-line log-line-${line.level}`}>
            <span class="log-line-at">{formatDuration(line.atMs)}</span>
            <span class="log-line-level">{line.level}</span>
            <span class="log-line-text">{line.text}</span>
          </li>
        ))}
      </ol>
      {shown.length < lines.length && (
        <button type="button" class="calls-more" onClick={() => setAll(true)}>
          Show all {formatCount(lines.length)} lines
        </button>
      )}
    </>
  );
}
