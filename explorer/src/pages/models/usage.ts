import type { ModelUsage, Usage } from "../../api/types.ts";

/** What the chart shows. */
export const METRICS = ["count", "tokens", "cost", "latency"] as const;
export type Metric = (typeof METRICS)[number];

export interface Series {
  model: string;
  /** One for each of `Plot.times`; null where there is nothing to tell. */
  values: (number | null)[];
}

/** A metric over time, by model. */
export interface Plot {
  /** Milliseconds since the epoch, at even distances. */
  times: number[];
  series: Series[];
  /** Of costs; models with another currency are not in `series`. */
  currency: string | null;
}

export interface Totals {
  count: number;
  failed: number;
  inputTokens: number;
  outputTokens: number;
  /** By currency; models without prices are not in it. */
  costs: Map<string, number>;
  /** The median of the model that was asked most. */
  medianMs: number | null;
  medianOf: string | null;
}

type Bucket = ModelUsage["buckets"][number];

/** Times of all buckets, those in which nothing was asked included. */
export function times(usage: Usage, until: number): number[] {
  const at = usage.models.flatMap((model) => model.buckets.map((bucket) => bucket.at));
  if (usage.bucketMs <= 0) {
    return [...new Set(at)].sort((one, other) => one - other);
  }
  const anchor = Math.min(...at, Number.POSITIVE_INFINITY);
  if (anchor === Number.POSITIVE_INFINITY) {
    return [];
  }
  const first = anchor - Math.floor((anchor - usage.since) / usage.bucketMs) * usage.bucketMs;
  const last = Math.max(until, ...at);
  const found: number[] = [];
  for (let time = first; time <= last; time += usage.bucketMs) {
    found.push(time);
  }
  return found;
}

export function plot(usage: Usage, metric: Metric, until: number): Plot {
  const all = times(usage, until);
  const currency = metric === "cost" ? mainCurrency(usage.models) : null;
  const models = usage.models.filter(
    (model) => metric !== "cost" || (model.currency === currency && currency !== null),
  );
  const index = new Map(all.map((time, position) => [time, position]));
  const series = models.map((model) => {
    const values = all.map((): number | null => (metric === "latency" ? null : 0));
    for (const bucket of model.buckets) {
      const position = index.get(bucket.at);
      if (position !== undefined) {
        values[position] = measured(bucket, metric);
      }
    }
    return { model: model.model, values };
  });
  return { times: all, series, currency };
}

function measured(bucket: Bucket, metric: Metric): number | null {
  switch (metric) {
    case "count":
      return bucket.count;
    case "tokens":
      return bucket.inputTokens + bucket.outputTokens;
    case "cost":
      return bucket.cost ?? 0;
    case "latency":
      return bucket.medianMs;
  }
}

/** The currency of most models with prices. */
function mainCurrency(models: ModelUsage[]): string | null {
  const counts = new Map<string, number>();
  for (const { currency, cost } of models) {
    if (currency !== null && cost !== null) {
      counts.set(currency, (counts.get(currency) ?? 0) + 1);
    }
  }
  return [...counts].sort((one, other) => other[1] - one[1])[0]?.[0] ?? null;
}

export function totals(models: ModelUsage[]): Totals {
  const most = [...models].sort((one, other) => other.count - one.count)[0];
  const costs = new Map<string, number>();
  for (const { cost, currency } of models) {
    if (cost !== null && currency !== null) {
      costs.set(currency, (costs.get(currency) ?? 0) + cost);
    }
  }
  const sum = (of: (model: ModelUsage) => number) =>
    models.reduce((so, model) => so + of(model), 0);
  return {
    count: sum((model) => model.count),
    failed: sum((model) => model.failed),
    inputTokens: sum((model) => model.inputTokens),
    outputTokens: sum((model) => model.outputTokens),
    costs,
    medianMs: most?.medianMs ?? null,
    medianOf: most?.model ?? null,
  };
}
