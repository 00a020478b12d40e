import { useMemo } from "preact/hooks";
import type { CallSummary } from "../../api/types.ts";
import { Chart } from "../../components/Chart.tsx";
import { formatDuration } from "../../components/format.ts";
import { durationPoints } from "./statistics.ts";

/** More points than that would only cover one another. */
const MOST_POINTS = 360;
const HEIGHT_PX = 92;
/** What the chart's axis begins with: logarithms have no zero. */
const SHORTEST_MS = 0.01;

interface DurationsChartProps {
  calls: readonly CallSummary[];
  /** When the user clicks on a call's point. */
  onPick: (id: string) => void;
}

/**
 * How long each call took, over time. By logarithms, as quick calls stand beside those that wait for
 * models: the chart draws powers of ten, and says what they are.
 */
export function DurationsChart({ calls, onPick }: DurationsChartProps) {
  const points = useMemo(() => durationPoints(calls, MOST_POINTS), [calls]);
  const series = useMemo(
    () => [
      {
        label: "went well",
        values: points.ms.map(power),
        kind: "points" as const,
        color: 1 as const,
      },
      {
        label: "failed",
        values: points.failedMs.map(power),
        kind: "points" as const,
        color: 4 as const,
      },
    ],
    [points],
  );
  return (
    <Chart
      label="Durations"
      at={points.at}
      series={series}
      format={fromPower}
      height={HEIGHT_PX}
      class="calls-durations"
      onPick={(index) => {
        const id = points.ids[index];
        if (id !== undefined) {
          onPick(id);
        }
      }}
    />
  );
}

function power(ms: number | null): number | null {
  return ms === null ? null : Math.log10(Math.max(ms, SHORTEST_MS));
}

function fromPower(value: number): string {
  return formatDuration(10 ** value);
}
