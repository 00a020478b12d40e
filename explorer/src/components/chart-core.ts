import uPlot from "uplot";
import type { ChartProps } from "./Chart.tsx";
import { timesOf } from "./chart-text.ts";

export interface ChartHooks {
  /** The index under the pointer; null when it has left. */
  onCursor: (index: number | null) => void;
  onPick: (index: number) => void;
  format: (value: number) => string;
}

/** The colour that a custom property stands for: canvases know neither those nor `light-dark()`. */
function colourOf(element: HTMLElement, name: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  element.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}

function faded(colour: string, share: number): string {
  return `color-mix(in oklab, ${colour} ${share * 100}%, transparent)`;
}

/** What uPlot draws: seconds for times, and the values of each series. */
export function dataOf({ at, series, plainX }: ChartProps): uPlot.AlignedData {
  const x = plainX ? [...at] : at.map((time) => time / 1000);
  return [x, ...series.map((one) => [...one.values])] as uPlot.AlignedData;
}

export function createChart(host: HTMLElement, props: ChartProps, hooks: ChartHooks): uPlot {
  const axis = {
    stroke: colourOf(host, "--faint"),
    font: "11px ui-sans-serif, system-ui, sans-serif",
    grid: { stroke: colourOf(host, "--line"), width: 1 },
    ticks: { show: false },
  };
  const series = props.series.map((one, position): uPlot.Series => {
    const colour = colourOf(host, `--series-${one.color ?? (position % 6) + 1}`);
    const bars = one.kind === "bars";
    const paths = bars ? uPlot.paths.bars?.({ size: [0.7, 28], radius: 0.15 }) : undefined;
    return {
      label: one.label,
      stroke: colour,
      width: bars ? 0 : 1.75,
      ...(bars ? { fill: colour } : one.kind === "points" ? {} : { fill: faded(colour, 0.09) }),
      ...(paths ? { paths } : {}),
      ...(one.kind === "points" ? { paths: () => null } : {}),
      points: {
        show: one.kind === "points" || (!bars && one.values.length <= 40),
        size: one.kind === "points" ? 6 : 4.5,
        fill: colour,
        width: 0,
      },
      spanGaps: one.kind !== "bars",
    };
  });
  const chart = new uPlot(
    {
      width: Math.max(100, host.clientWidth),
      height: props.height ?? 160,
      legend: { show: false },
      padding: [10, 28, 0, 0],
      scales: {
        x: {
          time: !props.plainX,
          range: (self, least, most) => spread(least, most, self.data[0], props),
        },
        y: {
          range: (_, least, most) => [Math.min(0, least ?? 0), (most ?? 0) > 0 ? most * 1.1 : 1],
        },
      },
      axes: [
        {
          ...axis,
          grid: { show: false },
          size: 24,
          gap: 4,
          space: (_, _axis, least, most) => (most - least < 5 ? 100 : 64),
          ...(props.plainX ? {} : { values: momentsOf }),
        },
        {
          ...axis,
          gap: 6,
          size: (_, values) => 14 + 6.2 * Math.max(3, ...(values ?? []).map((text) => text.length)),
          space: 34,
          values: (_, splits) => splits.map((value) => hooks.format(value)),
        },
      ],
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
      series: [{}, ...series],
      hooks: {
        setCursor: [
          (self) => hooks.onCursor(self.cursor.left === -10 ? null : (self.cursor.idx ?? null)),
        ],
      },
    },
    dataOf(props),
    host,
  );
  chart.over.addEventListener("click", () => {
    if (typeof chart.cursor.idx === "number") {
      hooks.onPick(chart.cursor.idx);
    }
  });
  return chart;
}

/** A chart without values has no moments to name. */
function momentsOf(chart: uPlot, splits: number[]): string[] {
  return chart.data[0].length === 0 ? splits.map(() => "") : timesOf(splits);
}

/** A single moment gets some room to both sides, and bars get a half of their own. */
function spread(
  least: number | null | undefined,
  most: number | null | undefined,
  at: ArrayLike<number>,
  { plainX, series }: ChartProps,
): uPlot.Range.MinMax {
  if (
    at.length === 0 ||
    least === null ||
    least === undefined ||
    most === null ||
    most === undefined
  ) {
    return [0, 1];
  }
  if (at.length === 1 || least === most) {
    // uPlot would show the thousand days that follow it.
    const [only, room] = [at[0] as number, plainX ? 1 : 30];
    return [only - room, only + room];
  }
  const bars = series.some((one) => one.kind === "bars");
  const room = bars ? (most - least) / (at.length - 1) / 2 : 0;
  return [least - room, most + room];
}
