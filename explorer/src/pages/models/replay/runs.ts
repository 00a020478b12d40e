import { type Signal, signal } from "@preact/signals";
import { type ApiError, api } from "../../../api/client.ts";
import { asApiError } from "../../../api/resource.ts";
import type { Json, Replay, ReplayRequest } from "../../../api/types.ts";

/** One asking of a model anew. */
export interface Run {
  number: number;
  model: string;
  /** How its input differs from the original's, in a few words each. */
  changes: string[];
  startedAt: number;
  outcome:
    | { state: "running" }
    | { state: "done"; replay: Replay }
    | { state: "failed"; error: ApiError };
}

const kept = new Map<string, Signal<Run[]>>();
const stops = new Map<Run["number"], AbortController>();
let count = 0;

/** The replays of an inference since the page was loaded, the newest first. */
export function runsOf(inference: string): Signal<Run[]> {
  let runs = kept.get(inference);
  if (!runs) {
    runs = signal([]);
    kept.set(inference, runs);
  }
  return runs;
}

/** Asks a model. Does not fail: the run tells how it went. */
export async function start(
  inference: string,
  model: string,
  input: Json,
  changes: string[],
): Promise<void> {
  const runs = runsOf(inference);
  const stop = new AbortController();
  const run: Run = {
    number: ++count,
    model,
    changes,
    startedAt: Date.now(),
    outcome: { state: "running" },
  };
  stops.set(run.number, stop);
  runs.value = [run, ...runs.value];
  const ended = (outcome: Run["outcome"]) => {
    stops.delete(run.number);
    runs.value = runs.value.map((each) =>
      each.number === run.number ? { ...each, outcome } : each,
    );
  };
  const request: ReplayRequest = { model, input };
  try {
    ended({ state: "done", replay: await api.post<Replay>("replay", request, stop) });
  } catch (error) {
    if (!stop.signal.aborted) {
      ended({ state: "failed", error: asApiError(error) });
    }
  }
}

/** Takes a run away; one that is under way is given up. */
export function remove(inference: string, number: Run["number"]): void {
  const runs = runsOf(inference);
  runs.value = runs.value.filter((each) => each.number !== number);
  stops.get(number)?.abort();
  stops.delete(number);
}
