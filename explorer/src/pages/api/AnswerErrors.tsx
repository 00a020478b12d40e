import type { GraphqlAnswer, GraphqlError } from "../../api/graphql.ts";
import { Badge } from "../../components/Badge.tsx";
import { href } from "../../routes.ts";
import { callOf } from "./invocations.ts";
import { pathText } from "./response-errors.ts";
import "./AnswerErrors.css";

export interface AnswerErrorsProps {
  answer: GraphqlAnswer;
  /** Show a place in the text that was sent; null if the text is another by now. */
  onPlace: ((line: number, column: number) => void) | null;
}

/** The errors of an answer: what, where in the answer and in the query, and the call that failed. */
export function AnswerErrors({ answer, onPlace }: AnswerErrorsProps) {
  const errors = answer.errors ?? [];
  if (errors.length === 0) {
    return null;
  }
  return (
    <ul class="api-errors" aria-label="Errors">
      {errors.map((error, at) => (
        <OneError key={`${at} ${error.message}`} error={error} answer={answer} onPlace={onPlace} />
      ))}
    </ul>
  );
}

function OneError({ error, answer, onPlace }: AnswerErrorsProps & { error: GraphqlError }) {
  const code = error.extensions?.code;
  const call = callOf(error, answer);
  return (
    <li class="api-error">
      <p class="api-error-message">{error.message}</p>
      <p class="api-error-facts">
        {typeof code === "string" && (
          <Badge tone="bad" mono>
            {code}
          </Badge>
        )}
        {error.path !== undefined && error.path.length > 0 && <code>{pathText(error.path)}</code>}
        {(error.locations ?? []).map(({ line, column }) =>
          onPlace === null ? (
            <span key={`${line}:${column}`}>{placeText(line, column)}</span>
          ) : (
            <button
              key={`${line}:${column}`}
              type="button"
              class="api-error-place"
              onClick={() => onPlace(line, column)}
            >
              {placeText(line, column)}
            </button>
          ),
        )}
        {call !== null && <a href={href("calls", call)}>Show the call</a>}
      </p>
    </li>
  );
}

function placeText(line: number, column: number): string {
  return `line ${line}, column ${column}`;
}
