import { signal } from "@preact/signals";
import { recentCalls as calls, loadCall } from "../../api/calls.ts";
import { ApiError } from "../../api/client.ts";
import { type GraphqlError, runGraphql, subscribeGraphql } from "../../api/graphql.ts";
import { asApiError } from "../../api/resource.ts";
import type { Call, FunctionInfo, Json } from "../../api/types.ts";
import { callSince, readAnswer } from "./answers.ts";
import { type Elements, noElements, take } from "./elements.ts";
import { keyOf } from "./forms.ts";
import type { Operation } from "./operation.ts";

/** A call that was made from this page, and what became of it. */
export interface Run {
  id: number;
  status: "running" | "done" | "failed" | "cancelled";
  operation: Operation;
  startedAt: number;
  /** From the request to the last byte of its answer; null while it runs. */
  ms: number | null;
  bytes: number | null;
  /** Undefined where nothing came; of a stream see `elements`. */
  value: Json | undefined;
  elements: Elements | null;
  errors: GraphqlError[];
  /** Why there is no answer. */
  failure: ApiError | null;
  /** The whole answer, as it came. */
  raw: string | null;
  executionId: string | null;
  /** What the server has recorded of it. */
  call: Call | null;
}

/** The last run of each function. They outlive a look at another function. */
export const runs = signal<ReadonlyMap<string, Run>>(new Map());

const stops = new Map<string, AbortController>();
let lastId = 0;

/** How long to wait for the record of a call, which is complete when the call has ended. */
const RECORD_WAITS_MS = [0, 120, 400, 1_200];
/** Streams may bring thousands of elements a second. */
const SHOW_EVERY_MS = 60;

/** Calls a function, in place of its last run. */
export function run(about: FunctionInfo, operation: Operation): void {
  const key = keyOf(about);
  stops.get(key)?.abort();
  const stop = new AbortController();
  stops.set(key, stop);
  lastId += 1;
  const started: Run = {
    id: lastId,
    status: "running",
    operation,
    startedAt: Date.now(),
    ms: null,
    bytes: null,
    value: undefined,
    elements: about.operation === "subscription" ? noElements() : null,
    errors: [],
    failure: null,
    raw: null,
    executionId: null,
    call: null,
  };
  runs.value = new Map(runs.value).set(key, started);
  const work = started.elements === null ? ask : listen;
  work(about, started, stop.signal).catch((error: unknown) => {
    const ended = stop.signal.aborted ? "cancelled" : "failed";
    change(key, started.id, {
      status: ended,
      ms: Date.now() - started.startedAt,
      failure: ended === "failed" ? asApiError(error) : null,
    });
    if (ended === "cancelled") {
      void findRecord(about, started.id);
    }
  });
}

/** Stops what runs: the server ends the function as it does when a client leaves. */
export function cancel(about: FunctionInfo): void {
  stops.get(keyOf(about))?.abort();
}

async function ask(about: FunctionInfo, started: Run, stop: AbortSignal): Promise<void> {
  const { query, variables, name } = started.operation;
  const answer = await runGraphql({ query, variables, operationName: name, signal: stop });
  if (answer.body === null) {
    throw new ApiError(
      answer.status,
      "UNKNOWN",
      `The server answered with status ${answer.status}, and not with JSON.`,
      answer.text.slice(0, 500) || null,
    );
  }
  const read = readAnswer(answer.body, about.field);
  const nothing = read.value === undefined || read.value === null;
  change(keyOf(about), started.id, {
    ...read,
    status: read.errors.length > 0 && nothing ? "failed" : "done",
    ms: answer.ms,
    bytes: answer.bytes,
    raw: answer.text,
  });
  await findRecord(about, started.id);
}

async function listen(about: FunctionInfo, started: Run, stop: AbortSignal): Promise<void> {
  const key = keyOf(about);
  const elements = started.elements as Elements;
  const { query, variables, name } = started.operation;
  const begin = performance.now();
  const errors: GraphqlError[] = [];
  let executionId: string | null = null;
  let failure: ApiError | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const show = () => {
    timer = undefined;
    change(key, started.id, { elements: { ...elements } });
  };
  await subscribeGraphql(
    { query, variables, operationName: name, signal: stop },
    {
      onNext: (answer) => {
        const read = readAnswer(answer, about.field);
        if (read.value !== undefined) {
          take(elements, read.value, performance.now() - begin);
        }
        errors.push(...read.errors);
        executionId = read.executionId ?? executionId;
        timer ??= setTimeout(show, SHOW_EVERY_MS);
      },
      onEnd: () => {},
      onError: (error) => {
        failure = error;
      },
    },
  );
  clearTimeout(timer);
  const failed = failure !== null || errors.length > 0;
  change(key, started.id, {
    elements: { ...elements },
    status: stop.aborted ? "cancelled" : failed ? "failed" : "done",
    ms: performance.now() - begin,
    errors,
    failure,
    executionId,
  });
  await findRecord(about, started.id);
}

/** Gets what the server has recorded of the call. Does without, if there is no record. */
async function findRecord(about: FunctionInfo, id: number): Promise<void> {
  const key = keyOf(about);
  for (const wait of RECORD_WAITS_MS) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    const current = runs.peek().get(key);
    if (current?.id !== id) {
      return;
    }
    const callId =
      current.executionId ?? callSince(calls.peek(), about.name, current.startedAt)?.id ?? null;
    const call = callId === null ? null : await loadCall(callId).catch(() => null);
    if (call !== null) {
      change(key, id, { call, executionId: call.id });
    }
    if (call !== null && call.status !== "running") {
      return;
    }
  }
}

function change(key: string, id: number, changes: Partial<Run>): void {
  const current = runs.peek().get(key);
  if (current?.id === id) {
    runs.value = new Map(runs.value).set(key, { ...current, ...changes });
  }
}
