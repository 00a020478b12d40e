import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import type uPlot from "uplot";
import { theme } from "../state/theme.ts";
import { alternative } from "./chart-text.ts";
import { classes } from "./class-names.ts";
import { formatDateTime, formatNumber } from "./format.ts";
import "uplot/dist/uPlot.min.css";
import "./Chart.css";

export interface ChartSeries {
  label: string;
  /** One for each of `at`; null for none. */
  values: readonly (number | null)[];
  /** Of `--series-1` to `--series-6`; by position if not given. */
  color?: 1 | 2 | 3 | 4 | 5 | 6;
  kind?: "line" | "bars" | "points";
}

export interface ChartProps {
  /** What is shown: "Latency of the last 50 calls". */
  label: string;
  /** Times of day in milliseconds since the epoch, rising; or any rising numbers with `plainX`. */
  at: readonly number[];
  series: readonly ChartSeries[];
  /** A value in words: `formatDuration`. */
  format?: (value: number) => string;
  /** `at` are numbers, not times. */
  plainX?: boolean;
  /** In pixels. */
  height?: number;
  /** When the user clicks on a point: its index in `at`. */
  onPick?: (index: number) => void;
  class?: string;
}

/** A chart over time. Its text alternative tells each series in a sentence, and has a table of values. */
export function Chart(props: ChartProps) {
  const { label, at, series, format = formatNumber, plainX = false, height = 160 } = props;
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const [cursor, setCursor] = useState<number | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const shown = theme.value;
  const id = useId();
  const shape = series.map((one) => `${one.label}:${one.kind}:${one.color}`).join("|");

  useLayoutEffect(() => {
    const element = host.current;
    if (element === null) {
      return;
    }
    let gone = false;
    let observer: ResizeObserver | undefined;
    import("./chart-core.ts").then(
      ({ createChart, dataOf }) => {
        if (gone) {
          return;
        }
        plot.current = createChart(element, latest.current, {
          onCursor: setCursor,
          onPick: (index) => latest.current.onPick?.(index),
          format: (value) => (latest.current.format ?? formatNumber)(value),
        });
        observer = new ResizeObserver(() => {
          plot.current?.setSize({ width: element.clientWidth, height });
        });
        observer.observe(element);
        plot.current.setData(dataOf(latest.current));
      },
      () => {
        // The text alternative says it all.
      },
    );
    return () => {
      gone = true;
      observer?.disconnect();
      plot.current?.destroy();
      plot.current = null;
    };
  }, [shape, shown, height, plainX]);

  useEffect(() => {
    if (plot.current !== null) {
      import("./chart-core.ts").then(({ dataOf }) => plot.current?.setData(dataOf(latest.current)));
    }
  }, [at, series]);

  const index = cursor !== null && cursor < at.length ? cursor : null;
  const when = index === null ? null : (at[index] as number);
  return (
    <figure class={classes("chart", props.class)} aria-labelledby={`${id}-label`}>
      <figcaption class="chart-head">
        <span id={`${id}-label`} class="chart-label">
          {label}
        </span>
        <span class="chart-legend" aria-hidden="true">
          {when !== null && (
            <span class="chart-when">{plainX ? formatNumber(when) : formatDateTime(when)}</span>
          )}
          {series.map((one, position) => {
            const value = index === null ? null : (one.values[index] ?? null);
            return (
              <span key={one.label} class="chart-series">
                <span class={`chart-mark chart-mark-${one.color ?? (position % 6) + 1}`} />
                {one.label}
                {value !== null && <b>{format(value)}</b>}
              </span>
            );
          })}
        </span>
      </figcaption>
      <div
        ref={host}
        class="chart-plot"
        style={{ height: `${height}px` }}
        role="img"
        aria-label={alternative(label, at, series, format)}
      />
    </figure>
  );
}
