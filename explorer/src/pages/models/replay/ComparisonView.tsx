import { X } from "lucide";
import { useMemo } from "preact/hooks";
import type { Inference } from "../../../api/types.ts";
import { Badge } from "../../../components/Badge.tsx";
import { Button } from "../../../components/Button.tsx";
import { IconButton } from "../../../components/IconButton.tsx";
import { Skeleton } from "../../../components/Skeleton.tsx";
import { answerOf, compare } from "../compare.ts";
import { AnswerView } from "./AnswerView.tsx";
import { Numbers } from "./Numbers.tsx";
import { type Run, remove } from "./runs.ts";
import "./ComparisonView.css";

export interface ComparisonProps {
  inference: Inference;
  run: Run;
  /** Whether differences are marked. */
  marked: boolean;
}

/** The original beside what the model says now. */
export function ComparisonView({ inference, run, marked }: ComparisonProps) {
  const { outcome } = run;
  const original = inference.status === "ok" ? answerOf(inference) : null;
  const replay = outcome.state === "done" ? outcome.replay : null;
  const found = useMemo(
    () => (original && replay ? compare(original, replay) : null),
    [inference, replay],
  );
  const changes = marked && !found?.same ? (found?.changes ?? null) : null;
  const label = `Replay with ${[run.model, ...run.changes].join(", ")}`;
  return (
    <article class="comparison" aria-label={label}>
      <div class="comparison-side">
        <header class="comparison-head">
          <h3>Original</h3>
          <code class="comparison-model">{inference.model}</code>
        </header>
        <Numbers of={inference} />
        {original ? (
          <AnswerView answer={original} changes={changes} side="before" />
        ) : (
          <Failure
            code={inference.failure}
            message={inference.status === "cancelled" ? "It was cancelled." : "It failed."}
          />
        )}
      </div>
      <div class="comparison-side">
        <header class="comparison-head">
          <h3>Replay</h3>
          <code class="comparison-model">{run.model}</code>
          {run.changes.map((change) => (
            <Badge key={change} mono>
              {change}
            </Badge>
          ))}
          <span class="comparison-end">
            {found && (
              <Badge tone={found.same ? "good" : "neutral"} title="Compared with the original">
                {found.summary}
              </Badge>
            )}
            {outcome.state === "running" ? (
              <Button size="sm" variant="ghost" onClick={() => remove(inference.id, run.number)}>
                Stop
              </Button>
            ) : (
              <IconButton
                icon={X}
                size="sm"
                label="Remove this replay"
                tip="left"
                onClick={() => remove(inference.id, run.number)}
              />
            )}
          </span>
        </header>
        {replay && (
          <>
            <Numbers of={replay} before={inference.status === "ok" ? inference : undefined} />
            <AnswerView answer={replay} changes={changes} side="after" />
          </>
        )}
        {outcome.state === "failed" && (
          <Failure
            code={outcome.error.code}
            message={outcome.error.message}
            hint={outcome.error.hint}
          />
        )}
        {outcome.state === "running" && (
          <div class="comparison-wait">
            <p role="status">The model is being asked.</p>
            <Skeleton lines={4} />
          </div>
        )}
      </div>
    </article>
  );
}

function Failure(props: { code: string | null; message: string; hint?: string | null }) {
  return (
    <div class="comparison-failure" role="alert">
      {props.code && <code class="comparison-code">{props.code}</code>}
      <p>{props.message}</p>
      {props.hint && <p class="comparison-hint">{props.hint}</p>}
    </div>
  );
}
