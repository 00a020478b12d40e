import type { HostOperation } from "../../api/types.ts";

/** One row of a waterfall; places and lengths are shares of its width, 0 to 1. */
export interface WaterfallRow {
  operation: HostOperation;
  left: number;
  width: number;
  running: boolean;
}

export interface WaterfallLayout {
  rows: WaterfallRow[];
  /** What the whole width stands for, in milliseconds. */
  totalMs: number;
  ticks: Tick[];
}

export interface Tick {
  /** Share of the width, 0 to 1. */
  at: number;
  ms: number;
  /** Whether its time is written at it: not where that would run into others, or out at the end. */
  label: "always" | "wide" | "never";
}

/** Past this share of the width there is no room for words. */
const LAST_LABEL = 0.9;

/**
 * Where the operations of a call stand beside one another.
 *
 * `callMs` is how long the call took, or has taken so far. Operations that run still reach to there, and
 * those of which a clock says that they ended later than their call make the whole wider.
 */
export function layOut(operations: readonly HostOperation[], callMs: number): WaterfallLayout {
  const ends = operations.map((operation) => operation.startMs + (operation.ms ?? 0));
  const totalMs = ends.reduce(larger, Math.max(callMs, MINIMAL_MS));
  const rows = operations.map((operation): WaterfallRow => {
    const left = clamp(operation.startMs / totalMs);
    const length = operation.ms ?? Math.max(0, callMs - operation.startMs);
    return {
      operation,
      left,
      width: Math.min(1 - left, clamp(length / totalMs)),
      running: operation.ms === null,
    };
  });
  return { rows, totalMs, ticks: ticksOf(totalMs) };
}

/** A call of no length at all has to have some width. */
const MINIMAL_MS = 0.001;

/** For `reduce`: a timeline may be too long for `Math.max(...ends)`. */
function larger(a: number, b: number): number {
  return Math.max(a, b);
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}

/** Three to six round times from nothing to `totalMs`. */
export function ticksOf(totalMs: number): Tick[] {
  const rough = totalMs / 5;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5, 10].find((factor) => factor * magnitude >= rough) ?? 10) * magnitude;
  const ticks: Tick[] = [];
  for (let count = 0; count * step <= totalMs * 1.000001; count += 1) {
    // Without what binary fractions add: 0.30000000000000004.
    const ms = Number((count * step).toPrecision(6));
    const at = clamp(ms / totalMs);
    const label = at > LAST_LABEL ? "never" : count % 2 === 1 ? "wide" : "always";
    ticks.push({ at, ms, label });
  }
  return ticks;
}
