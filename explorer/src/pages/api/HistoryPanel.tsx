import { History, Search, Trash2 } from "lucide";
import { useState } from "preact/hooks";
import { Button } from "../../components/Button.tsx";
import { Empty } from "../../components/Empty.tsx";
import { formatDuration } from "../../components/format.ts";
import { Input } from "../../components/Input.tsx";
import { Status } from "../../components/Status.tsx";
import { Time } from "../../components/Time.tsx";
import { type Run, runTitle, searchRuns } from "./history.ts";
import "./HistoryPanel.css";

export interface HistoryPanelProps {
  runs: Run[];
  onOpen: (run: Run) => void;
  onClear: () => void;
}

/** What was sent, newest first; each can be opened again. */
export function HistoryPanel({ runs, onOpen, onClear }: HistoryPanelProps) {
  const [text, setText] = useState("");
  const found = searchRuns(runs, text);
  if (runs.length === 0) {
    return (
      <Empty icon={History} title="Nothing was sent yet">
        What you run is listed here, so that you can open it again. Secret headers are not kept.
      </Empty>
    );
  }
  return (
    <div class="api-history">
      <div class="api-history-bar">
        <Input
          size="sm"
          icon={Search}
          type="search"
          value={text}
          placeholder="Search the history"
          aria-label="Search the history"
          onValue={setText}
        />
        <Button size="sm" variant="ghost" icon={Trash2} onClick={onClear}>
          Clear
        </Button>
      </div>
      {found.length === 0 ? (
        <p class="api-history-none">Nothing of what was sent has these words.</p>
      ) : (
        <ul class="api-history-list" aria-label="What was sent">
          {found.map((run) => (
            <li key={run.id}>
              <button type="button" class="api-history-run" onClick={() => onOpen(run)}>
                <span class="api-history-title">
                  <Status status={run.ok ? "ok" : "failed"} dot />
                  <strong>{runTitle(run)}</strong>
                  <span class="api-history-ms">{formatDuration(run.ms)}</span>
                </span>
                <code class="api-history-query">{run.query.replace(/\s+/g, " ").trim()}</code>
                <span class="api-history-foot">
                  <Time at={run.at} />
                  {run.variables.trim() !== "" && <span>with variables</span>}
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
