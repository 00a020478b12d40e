import { useState } from "preact/hooks";
import type { HostOperation } from "../../api/types.ts";
import { formatCount, formatDuration } from "../format.ts";
import { layOut, type Tick, type WaterfallRow } from "./layout.ts";
import "./Waterfall.css";

export interface WaterfallProps {
  operations: readonly HostOperation[];
  /** Of the call, in milliseconds; of one that runs what has passed so far. */
  callMs: number;
  /** Of the function, for the row of the call itself. */
  name: string;
  /** Until the function was at work: its queue and the start of its instance. */
  readyMs: number;
  /** How many operations are not in `operations`. */
  notKept: number;
}

/** So many rows are shown at first. */
const FIRST = 60;

/**
 * What a call asked of its host, and its own spans, one below the other over the time of the call.
 *
 * It is a table for who cannot see it: each row says its name, detail, start and length in words.
 */
export function Waterfall({ operations, callMs, name, readyMs, notKept }: WaterfallProps) {
  const [all, setAll] = useState(false);
  const { rows, totalMs, ticks } = layOut(operations, callMs);
  const shown = all ? rows : rows.slice(0, FIRST);
  const ready = Math.min(1, readyMs / totalMs);
  return (
    <div class="waterfall">
      <table class="waterfall-table" aria-label="Host functions and spans of the call">
        <Axis ticks={ticks} />
        <tbody>
          <tr class="waterfall-row is-call">
            <th class="waterfall-name" scope="row">
              <span class="waterfall-title">{name}</span>
            </th>
            <td class="waterfall-track">
              <span class="only-read">the call itself</span>
              <span class="waterfall-bar is-ready" style={place(0, ready)} />
              <span class="waterfall-bar is-call" style={place(ready, callMs / totalMs - ready)} />
            </td>
            <td class="waterfall-start only-read">0 ms</td>
            <td class="waterfall-length">{formatDuration(callMs)}</td>
          </tr>
          {shown.map((row, index) => (
            <Row key={index} row={row} />
          ))}
        </tbody>
      </table>
      {rows.length > shown.length && (
        <button type="button" class="waterfall-more" onClick={() => setAll(true)}>
          Show all {rows.length} rows
        </button>
      )}
      {notKept > 0 && (
        <p class="waterfall-note">
          {formatCount(notKept)} more were not kept: only the first {formatCount(operations.length)}{" "}
          of a call are.
        </p>
      )}
    </div>
  );
}

function Axis({ ticks }: { ticks: readonly Tick[] }) {
  return (
    <thead>
      <tr class="waterfall-row is-axis">
        <th class="waterfall-name" scope="col">
          Name
        </th>
        <th class="waterfall-track" scope="col">
          <span class="only-read">What was asked</span>
          <span class="waterfall-ticks" aria-hidden="true">
            {ticks.map((tick) => (
              <span
                key={tick.ms}
                class={`waterfall-tick is-${tick.label}`}
                style={{ left: percent(tick.at) }}
              >
                <span class="waterfall-tick-label">{formatDuration(tick.ms)}</span>
              </span>
            ))}
          </span>
        </th>
        <th class="waterfall-start only-read" scope="col">
          Start
        </th>
        <th class="waterfall-length" scope="col">
          Time
        </th>
      </tr>
    </thead>
  );
}

function Row({ row }: { row: WaterfallRow }) {
  const { operation } = row;
  const what = [operation.target, operation.detail].filter((text) => text !== null).join(" · ");
  const kinds = ["waterfall-bar", `is-${operation.kind}`];
  if (operation.failure !== null) {
    kinds.push("is-failed");
  }
  if (row.running) {
    kinds.push("is-running");
  }
  return (
    <tr class="waterfall-row" title={titleOf(operation, what)}>
      <th
        class="waterfall-name"
        scope="row"
        style={{ paddingInlineStart: `${Math.min(operation.depth, MOST_INDENTS) * INDENT_PX}px` }}
      >
        <span class="waterfall-title">
          {operation.name}
          {operation.times > 1 && <span class="waterfall-times"> ×{operation.times}</span>}
        </span>
        {what !== "" && <span class="waterfall-what">{what}</span>}
      </th>
      <td class="waterfall-track">
        <span class="only-read">{what === "" ? operation.kind : what}</span>
        <span class={kinds.join(" ")} style={place(row.left, row.width)} />
      </td>
      <td class="waterfall-start only-read">{formatDuration(operation.startMs)}</td>
      <td class="waterfall-length">
        {operation.failure !== null && <span class="waterfall-failure">{operation.failure}</span>}
        {operation.ms === null ? "running" : formatDuration(operation.ms)}
      </td>
    </tr>
  );
}

const INDENT_PX = 14;
/** Deeper ones stand below one another, as their names need room. */
const MOST_INDENTS = 8;

function titleOf(operation: HostOperation, what: string): string {
  const start = `starts at ${formatDuration(operation.startMs)}`;
  const length = operation.ms === null ? "running" : `took ${formatDuration(operation.ms)}`;
  const failure = operation.failure === null ? [] : [`failed: ${operation.failure}`];
  const name = what === "" ? operation.name : `${operation.name}: ${what}`;
  const times = operation.times > 1 ? [`${operation.times} times in a row`] : [];
  return [name, ...times, `${start}, ${length}`, ...failure].join("\n");
}

function place(left: number, width: number) {
  return { left: percent(left), width: percent(Math.max(0, width)) };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(3)}%`;
}
