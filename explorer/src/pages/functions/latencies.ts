import type { CallSummary } from "../../api/types.ts";
import { percentile } from "../calls/statistics.ts";

/** One of the recent calls of a function. */
export interface Latency {
  id: string;
  at: number;
  ms: number;
  failed: boolean;
  /** Of what is drawn to scale, 0 to 1. */
  height: number;
  /** Whether it took longer than the scale reaches. */
  cut: boolean;
}

export interface Latencies {
  /** Oldest first. */
  calls: Latency[];
  medianMs: number | null;
  p95Ms: number | null;
  /** What the full height stands for. */
  scaleMs: number;
}

/** The latest calls of a function that have ended; `calls` may be in any order. */
export function latenciesOf(calls: Iterable<CallSummary>, name: string, most = 60): Latencies {
  const ended: (CallSummary & { ms: number })[] = [];
  for (const call of calls) {
    if (call.function === name && call.ms !== null && call.status !== "running") {
      ended.push({ ...call, ms: call.ms });
    }
  }
  const latest = ended.sort((a, b) => a.startedAt - b.startedAt).slice(-most);
  const sorted = latest.map((call) => call.ms).sort((a, b) => a - b);
  const scaleMs = scaleOf(sorted);
  return {
    calls: latest.map((call) => ({
      id: call.id,
      at: call.startedAt,
      ms: call.ms,
      failed: call.status === "failed",
      height: scaleMs === 0 ? 0 : Math.min(1, call.ms / scaleMs),
      cut: call.ms > scaleMs,
    })),
    medianMs: percentile(sorted, 0.5),
    p95Ms: percentile(sorted, 0.95),
    scaleMs,
  };
}

/** One slow call, such as the first, must not make all others flat. */
function scaleOf(sorted: number[]): number {
  const greatest = sorted.at(-1) ?? 0;
  const usual = percentile(sorted, 0.75) ?? 0;
  return sorted.length >= 4 && usual > 0 && greatest > usual * 3 ? usual * 2 : greatest;
}
