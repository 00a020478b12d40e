import { useMemo } from "preact/hooks";
import type { ModelUsage } from "../../../api/types.ts";
import { Chart, type ChartSeries } from "../../../components/Chart.tsx";
import {
  formatCost,
  formatCount,
  formatDuration,
  formatShort,
  plural,
} from "../../../components/format.ts";
import { persisted } from "../../../state/persist.ts";
import { METRICS, type Metric, plot, type Totals, totals } from "../usage.ts";
import { ModelTable } from "./ModelTable.tsx";
import type { LoadedUsage } from "./use-usage.ts";
import "./UsagePanel.css";

const TITLES: Record<Metric, string> = {
  count: "Requests",
  tokens: "Tokens",
  cost: "Cost",
  latency: "Median time",
};
const CHART_TITLES: Record<Metric, string> = {
  count: "Requests over time",
  tokens: "Tokens over time, in and out",
  cost: "Cost over time",
  latency: "Median time of answers",
};
const HEIGHT = 136;

const chosen = persisted<Metric>("models.metric", "count", {
  valid: (found) => METRICS.includes(found as Metric),
});

/** What models took: in all, over time and by model. */
export function UsagePanel({
  loaded,
  model,
  onModel,
}: {
  loaded: LoadedUsage;
  /** The one that is looked at; all for "". */
  model: string;
  onModel: (model: string) => void;
}) {
  const { usage, at } = loaded;
  const metric = chosen.value;
  const models = usage.models.filter((each) => model === "" || each.model === model);
  const sums = totals(models);
  const series = useMemo(() => {
    const drawn = plot(usage, metric, at);
    const shown = drawn.series.filter((each) => model === "" || each.model === model);
    const kind = shown.length === 1 && metric !== "latency" ? "bars" : "line";
    return {
      times: drawn.times,
      currency: drawn.currency,
      series: shown.map(
        (each): ChartSeries => ({
          label: each.model,
          values: each.values,
          color: colourOf(usage.models, each.model),
          kind,
        }),
      ),
    };
  }, [usage, metric, model]);
  const format = (value: number) => told(metric, value, series.currency);
  return (
    <section class="usage" aria-label="What models took">
      <div class="usage-tiles" role="group" aria-label="What the chart shows">
        {METRICS.map((name) => (
          <button
            key={name}
            type="button"
            class="usage-tile"
            aria-pressed={name === metric}
            onClick={() => {
              chosen.value = name;
            }}
          >
            <span class="usage-title">{TITLES[name]}</span>
            <span class="usage-value">{value(name, sums)}</span>
            <span class="usage-note">{note(name, sums)}</span>
          </button>
        ))}
      </div>
      <div class="usage-detail">
        {series.series.length > 0 ? (
          <Chart
            label={CHART_TITLES[metric]}
            at={series.times}
            series={series.series}
            format={format}
            height={HEIGHT}
          />
        ) : (
          <p class="usage-nothing">
            No model of these has <code>prices</code> in <code>modus.json</code>, so nothing is
            known of costs.
          </p>
        )}
        <ModelTable
          models={usage.models}
          model={model}
          onModel={onModel}
          colourOf={(name) => colourOf(usage.models, name)}
        />
      </div>
    </section>
  );
}

/** A model keeps its colour whatever else is shown. */
function colourOf(models: ModelUsage[], name: string): NonNullable<ChartSeries["color"]> {
  const position = models.findIndex((each) => each.model === name);
  return ((Math.max(position, 0) % 6) + 1) as NonNullable<ChartSeries["color"]>;
}

function told(metric: Metric, value: number, currency: string | null): string {
  if (metric === "latency") {
    return formatDuration(value);
  }
  return metric === "cost" ? formatCost(value, currency) : formatShort(value);
}

function value(metric: Metric, sums: Totals): string {
  switch (metric) {
    case "count":
      return formatCount(sums.count);
    case "tokens":
      return formatShort(sums.inputTokens + sums.outputTokens);
    case "cost": {
      const costs = [...sums.costs].map(([currency, cost]) => formatCost(cost, currency));
      return costs.length > 0 ? costs.join(" + ") : "–";
    }
    case "latency":
      return formatDuration(sums.medianMs);
  }
}

function note(metric: Metric, sums: Totals): string {
  switch (metric) {
    case "count":
      return sums.failed > 0 ? `${formatCount(sums.failed)} failed` : "none failed";
    case "tokens":
      return `${formatShort(sums.inputTokens)} in, ${formatShort(sums.outputTokens)} out`;
    case "cost":
      return sums.costs.size > 0 ? `for ${plural(sums.count, "request")}` : "no prices known";
    case "latency":
      return sums.medianOf === null ? "nothing answered" : `of ${sums.medianOf}`;
  }
}
