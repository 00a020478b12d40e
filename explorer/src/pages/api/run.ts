import { signal } from "@preact/signals";
import { ApiError } from "../../api/client.ts";
import {
  type GraphqlAnswer,
  type GraphqlRequest,
  type GraphqlResponse,
  runGraphql,
  subscribeGraphql,
} from "../../api/graphql.ts";
import { asApiError } from "../../api/resource.ts";
import type { Endpoint, Json } from "../../api/types.ts";
import { jsonProblem } from "../../components/JsonEditor/json-problem.ts";
import type { Draft } from "./documents.ts";
import { type HeaderRow, headersOf } from "./headers.ts";
import { remember } from "./history.ts";
import type { Operation, OperationKind } from "./operations.ts";
import { runs } from "./state.ts";
import { appended, NO_EVENTS, type StreamLog } from "./stream-log.ts";
import { exactVariables } from "./variables.ts";

/** A request as it was sent. */
export interface Sent {
  query: string;
  operationName: string | null;
  kind: OperationKind;
  variables: { [name: string]: Json };
  /** As they were typed. */
  variablesText: string;
  rows: HeaderRow[];
  endpoint: Endpoint;
  at: number;
}

/** What became of a request. */
export type Outcome =
  | { state: "running"; sent: Sent; stop: () => void }
  | { state: "answered"; sent: Sent; response: GraphqlResponse }
  | Stream
  | { state: "failed"; sent: Sent | null; error: ApiError }
  | { state: "stopped"; sent: Sent };

/** A subscription, at work or at its end. */
export interface Stream {
  state: "stream";
  sent: Sent;
  log: StreamLog;
  /** Until it ended; null while it goes on. */
  ms: number | null;
  stopped: boolean;
  error: ApiError | null;
  stop: () => void;
}

/** The last outcome of each tab, by its id. */
export const outcomes = signal<Readonly<Record<string, Outcome>>>({});

function tell(id: string, outcome: Outcome): void {
  outcomes.value = { ...outcomes.peek(), [id]: outcome };
}

/** Forget the outcome of a tab, and stop what it waits for. */
export function forget(id: string): void {
  stop(id);
  const { [id]: _, ...others } = outcomes.peek();
  outcomes.value = others;
}

export function stop(id: string): void {
  const outcome = outcomes.peek()[id];
  if (outcome?.state === "running") {
    outcome.stop();
  }
  if (outcome?.state === "stream" && outcome.ms === null) {
    outcome.stop();
  }
}

export function isRunning(outcome: Outcome | undefined): boolean {
  return (
    outcome?.state === "running" || (outcome?.state === "stream" && outcome.ms === null) || false
  );
}

/** Send an operation of a tab, or the whole text where it has a mistake that the server will name. */
export async function run(draft: Draft, operation: Operation | null, to: Endpoint): Promise<void> {
  stop(draft.id);
  const variables = exactVariables(draft.variables);
  if (variables === null) {
    tell(draft.id, { state: "failed", sent: null, error: variablesError(draft.variables) });
    return;
  }
  const sent: Sent = {
    query: draft.query,
    operationName: operation?.name ?? null,
    kind: operation?.kind ?? "query",
    variables,
    variablesText: draft.variables,
    rows: draft.headers,
    endpoint: to,
    at: Date.now(),
  };
  await (sent.kind === "subscription" ? subscribe(draft.id, sent) : ask(draft.id, sent));
}

function variablesError(text: string): ApiError {
  const problem = jsonProblem(text)?.message ?? 'They have to be an object: {"name": "Ada"}.';
  return new ApiError(
    0,
    "VARIABLES",
    "The variables are no JSON object, so nothing was sent.",
    problem,
  );
}

function requestOf(sent: Sent, signal: AbortSignal): GraphqlRequest {
  const { query, operationName, variables, endpoint } = sent;
  return { query, operationName, variables, endpoint, headers: headersOf(sent.rows), signal };
}

async function ask(id: string, sent: Sent): Promise<void> {
  const abort = new AbortController();
  const isLast = () => {
    const now = outcomes.peek()[id];
    return now?.state === "running" && now.sent === sent;
  };
  tell(id, { state: "running", sent, stop: () => abort.abort() });
  try {
    const response = await runGraphql(requestOf(sent, abort.signal));
    note(sent, response.body !== null && (response.body.errors?.length ?? 0) === 0, response.ms);
    if (isLast()) {
      tell(id, { state: "answered", sent, response });
    }
  } catch (error) {
    note(sent, false, null);
    if (!isLast()) {
      return;
    }
    if (abort.signal.aborted) {
      tell(id, { state: "stopped", sent });
    } else {
      tell(id, { state: "failed", sent, error: asApiError(error) });
    }
  }
}

async function subscribe(id: string, sent: Sent): Promise<void> {
  const abort = new AbortController();
  const start = performance.now();
  const stream: Stream = {
    state: "stream",
    sent,
    log: NO_EVENTS,
    ms: null,
    stopped: false,
    error: null,
    stop: () => abort.abort(),
  };
  let now = stream;
  let isShown = false;
  let waiting: { atMs: number; answer: GraphqlAnswer }[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const show = (change: Partial<Stream> = {}) => {
    clearTimeout(timer);
    timer = undefined;
    // Its tab may be closed, or show what was sent after it.
    if (isShown && outcomes.peek()[id] !== now) {
      return;
    }
    isShown = true;
    now = { ...now, ...change, log: appended(now.log, waiting) };
    waiting = [];
    tell(id, now);
  };
  show();
  await subscribeGraphql(requestOf(sent, abort.signal), {
    onNext: (answer) => {
      waiting.push({ atMs: performance.now() - start, answer });
      // Many may come at once; the page is drawn for all of them together.
      timer ??= setTimeout(show, 40);
    },
    onEnd: () => show({ ms: performance.now() - start, stopped: abort.signal.aborted }),
    onError: (error) => show({ ms: performance.now() - start, error }),
  });
  note(sent, now.error === null && now.log.failed === 0, performance.now() - start);
}

function note(sent: Sent, ok: boolean, ms: number | null): void {
  runs.value = remember(runs.peek(), {
    id: crypto.randomUUID(),
    at: sent.at,
    endpoint: sent.endpoint.name,
    query: sent.query,
    operationName: sent.operationName,
    variables: sent.variablesText,
    headers: sent.rows,
    ok,
    ms,
  });
}
