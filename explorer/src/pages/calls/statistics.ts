import type { CallSummary } from "../../api/types.ts";

/** What the strip above the list says of the calls in it. */
export interface CallStatistics {
  count: number;
  /** How many of them started in the last minute. */
  lastMinute: number;
  /** Of those that ended, 0 to 1; null if none did. */
  failedShare: number | null;
  /** Half of the calls that ended took at most as many milliseconds. */
  medianMs: number | null;
  p95Ms: number | null;
}

const MINUTE_MS = 60_000;

/**
 * The smallest of `sorted` that is at least as large as the share `quantile` (0 to 1) of them: the
 * "nearest rank", which is always a value that was measured. Null if there are none.
 */
export function percentile(sorted: ArrayLike<number>, quantile: number): number | null {
  if (sorted.length === 0) {
    return null;
  }
  const rank = Math.max(1, Math.ceil(quantile * sorted.length));
  return sorted[Math.min(rank, sorted.length) - 1] as number;
}

/** Of `calls` (newest first) at the moment `now` (milliseconds since the epoch). */
export function statisticsOf(calls: readonly CallSummary[], now: number): CallStatistics {
  const durations = new Float64Array(calls.length);
  let ended = 0;
  let failed = 0;
  let recent = 0;
  for (const call of calls) {
    if (call.startedAt > now - MINUTE_MS) {
      recent += 1;
    }
    if (call.status === "running" || call.ms === null) {
      continue;
    }
    durations[ended] = call.ms;
    ended += 1;
    if (call.status === "failed") {
      failed += 1;
    }
  }
  const sorted = durations.subarray(0, ended).sort();
  return {
    count: calls.length,
    lastMinute: recent,
    failedShare: ended === 0 ? null : failed / ended,
    medianMs: percentile(sorted, 0.5),
    p95Ms: percentile(sorted, 0.95),
  };
}

/** Points for a chart over time: parallel lists, oldest first. */
export interface DurationPoints {
  ids: string[];
  /** In milliseconds since the epoch. */
  at: number[];
  /** Of calls that went well or were cancelled; null where the point is a failed call. */
  ms: (number | null)[];
  failedMs: (number | null)[];
}

/**
 * The calls that ended, as points. Of more than `most`, those that say the most are kept: for each slice
 * of time the slowest that went well and the slowest that failed, so that no peak gets lost.
 */
export function durationPoints(calls: readonly CallSummary[], most: number): DurationPoints {
  const ended = calls.filter((call) => call.ms !== null && call.status !== "running");
  const points = ended.length <= most ? ended : slowestOfSlices(ended, most);
  const oldestFirst = [...points].sort((a, b) => a.startedAt - b.startedAt);
  return {
    ids: oldestFirst.map((call) => call.id),
    at: oldestFirst.map((call) => call.startedAt),
    ms: oldestFirst.map((call) => (call.status === "failed" ? null : call.ms)),
    failedMs: oldestFirst.map((call) => (call.status === "failed" ? call.ms : null)),
  };
}

function slowestOfSlices(calls: CallSummary[], most: number): CallSummary[] {
  const newest = (calls[0] as CallSummary).startedAt;
  const oldest = (calls[calls.length - 1] as CallSummary).startedAt;
  const slices = Math.max(1, Math.floor(most / 2));
  const width = Math.max(1, (newest - oldest + 1) / slices);
  const slowest = new Map<number, CallSummary>();
  for (const call of calls) {
    // Even numbers are the slices of calls that went well, odd ones those of calls that failed.
    const slice = Math.floor((call.startedAt - oldest) / width) * 2;
    const key = call.status === "failed" ? slice + 1 : slice;
    const known = slowest.get(key);
    if (known === undefined || (call.ms ?? 0) > (known.ms ?? 0)) {
      slowest.set(key, call);
    }
  }
  return [...slowest.values()];
}
