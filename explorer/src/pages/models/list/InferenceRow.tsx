import type { InferenceSummary } from "../../../api/types.ts";
import { formatCost, formatDuration, formatShort, formatWhen } from "../../../components/format.ts";
import { Status } from "../../../components/Status.tsx";
import { askerOf } from "../asker.ts";
import "./InferenceRow.css";

/** The heads of a row's columns. */
export function RowHeads() {
  return (
    <div class="inference-row inference-row-heads" aria-hidden="true">
      <span>Time</span>
      <span>Model</span>
      <span>Question and answer</span>
      <span class="inference-row-number">Tokens</span>
      <span class="inference-row-number">Cost</span>
      <span class="inference-row-number">Duration</span>
    </div>
  );
}

/** One invocation: who was asked, what, and what that took. */
export function InferenceRow({ row }: { row: InferenceSummary }) {
  return (
    <div class="inference-row">
      <time class="inference-row-when" dateTime={new Date(row.startedAt).toISOString()}>
        {formatWhen(row.startedAt)}
      </time>
      <span class="inference-row-who">
        <span class="inference-row-model">{row.model}</span>
        <span class="inference-row-function">{askerOf(row)}</span>
      </span>
      <span class="inference-row-words">
        <span class="inference-row-question">{row.question}</span>
        <Answer row={row} />
      </span>
      <span class="inference-row-number inference-row-tokens">
        {row.inputTokens === null && row.outputTokens === null ? (
          <span class="inference-row-none">–</span>
        ) : (
          <>
            <span title="Tokens in">{formatShort(row.inputTokens)}</span>
            <span class="inference-row-none"> / </span>
            <span title="Tokens out">{formatShort(row.outputTokens)}</span>
          </>
        )}
      </span>
      <span class="inference-row-number inference-row-cost">
        {row.cost === null ? (
          <span class="inference-row-none">–</span>
        ) : (
          formatCost(row.cost, row.currency)
        )}
      </span>
      <span class="inference-row-number inference-row-ms">{formatDuration(row.ms)}</span>
    </div>
  );
}

function Answer({ row }: { row: InferenceSummary }) {
  if (row.status === "ok") {
    return <span class="inference-row-answer">{row.answer}</span>;
  }
  return (
    <span class="inference-row-answer">
      <Status status={row.status} dot={row.status === "failed" && row.failure !== null} />
      {row.failure && <code class="inference-row-failure">{row.failure}</code>}
      {row.answer}
    </span>
  );
}

/** A row in words, for screen readers. */
export function nameOf(row: InferenceSummary): string {
  const outcome =
    row.status === "ok"
      ? `answered: ${row.answer}`
      : row.status === "failed"
        ? `failed with ${row.failure ?? "an error"}`
        : "was cancelled";
  return `${formatWhen(row.startedAt)}, ${row.model}: ${row.question} – ${outcome}, ${formatDuration(row.ms)}`;
}
