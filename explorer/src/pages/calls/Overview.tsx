import { useEffect, useMemo, useState } from "preact/hooks";
import type { CallSummary } from "../../api/types.ts";
import { formatCount, formatDuration, formatShare } from "../../components/format.ts";
import { DurationsChart } from "./DurationsChart.tsx";
import { statisticsOf } from "./statistics.ts";
import "./Overview.css";

interface OverviewProps {
  calls: readonly CallSummary[];
  /** When the user clicks on a call in the chart. */
  onPick: (id: string) => void;
}

/** How calls come in and how they do: of those that the filters show. */
export function Overview({ calls, onPick }: OverviewProps) {
  const now = useSeconds();
  const numbers = useMemo(() => statisticsOf(calls, now), [calls, now]);
  const failed = numbers.failedShare;
  if (numbers.medianMs === null) {
    // Dashes and an empty chart say nothing.
    return null;
  }
  return (
    <section class="calls-overview" aria-label="Overview of the calls shown">
      <dl class="calls-numbers">
        <Figure name="In the last minute" value={formatCount(numbers.lastMinute)} />
        <Figure name="Failed" value={formatShare(failed)} bad={failed !== null && failed > 0} />
        <Figure name="Median" value={formatDuration(numbers.medianMs)} />
        <Figure name="95th percentile" short="p95" value={formatDuration(numbers.p95Ms)} />
      </dl>
      <DurationsChart calls={calls} onPick={onPick} />
    </section>
  );
}

interface FigureProps {
  name: string;
  short?: string;
  value: string;
  bad?: boolean;
}

function Figure({ name, short, value, bad = false }: FigureProps) {
  return (
    <div class="calls-figure">
      <dt class="calls-figure-name">
        {short === undefined ? name : <abbr title={name}>{short}</abbr>}
      </dt>
      <dd class={bad ? "calls-figure-value is-bad" : "calls-figure-value"}>{value}</dd>
    </div>
  );
}

/** The time, anew each second: a minute passes also while nothing happens. */
function useSeconds(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
