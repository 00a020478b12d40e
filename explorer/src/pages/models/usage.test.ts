import { describe, expect, it } from "vitest";
import type { ModelUsage, Usage } from "../../api/types.ts";
import { plot, times, totals } from "./usage.ts";

const MINUTE = 60_000;

function bucket(at: number, more: object = {}) {
  const nothing = { count: 1, failed: 0, inputTokens: 2, outputTokens: 3 };
  return { at, ...nothing, cost: null, medianMs: 100, ...more };
}

function model(name: string, more: Partial<ModelUsage> = {}): ModelUsage {
  return {
    model: name,
    count: 1,
    failed: 0,
    inputTokens: 2,
    outputTokens: 3,
    cost: null,
    currency: null,
    medianMs: 100,
    p95Ms: 200,
    buckets: [],
    ...more,
  };
}

const usage: Usage = {
  since: 0,
  bucketMs: MINUTE,
  models: [
    model("a", { buckets: [bucket(MINUTE), bucket(3 * MINUTE, { count: 4, medianMs: null })] }),
    model("b", {
      cost: 0.5,
      currency: "USD",
      buckets: [bucket(2 * MINUTE, { cost: 0.5 })],
    }),
  ],
};

describe("times", () => {
  it("are those of all buckets, in which nothing was asked included", () => {
    expect(times(usage, 4.5 * MINUTE)).toEqual([0, 1, 2, 3, 4].map((each) => each * MINUTE));
  });

  it("are in step with the buckets, wherever the span begins", () => {
    expect(times({ ...usage, since: 0.4 * MINUTE }, 3 * MINUTE)).toEqual(
      [1, 2, 3].map((each) => each * MINUTE),
    );
  });

  it("are none if nothing was asked", () => {
    expect(times({ since: 0, bucketMs: MINUTE, models: [model("a")] }, MINUTE)).toEqual([]);
  });
});

describe("a plot", () => {
  it("of counts and tokens is 0 where nothing was asked", () => {
    const { series } = plot(usage, "count", 3 * MINUTE);
    expect(series.map(({ values }) => values)).toEqual([
      [0, 1, 0, 4],
      [0, 0, 1, 0],
    ]);
    expect(plot(usage, "tokens", 3 * MINUTE).series[0]?.values).toEqual([0, 5, 0, 5]);
  });

  it("of latency is silent where nothing was answered", () => {
    expect(plot(usage, "latency", 3 * MINUTE).series[0]?.values).toEqual([null, 100, null, null]);
  });

  it("of cost has only models with prices in the main currency", () => {
    const found = plot(usage, "cost", 3 * MINUTE);
    expect(found.currency).toBe("USD");
    expect(found.series).toEqual([{ model: "b", values: [0, 0, 0.5, 0] }]);
    const none = plot({ ...usage, models: [model("a")] }, "cost", MINUTE);
    expect(none).toMatchObject({ currency: null, series: [] });
  });
});

it("totals are sums, and the median of the model that was asked most", () => {
  const found = totals([
    model("a", { count: 5, failed: 1, medianMs: 7, cost: 1, currency: "USD" }),
    model("b", { cost: 2, currency: "EUR" }),
    model("c", { cost: 3, currency: "USD" }),
  ]);
  expect(found).toMatchObject({ count: 7, failed: 1, inputTokens: 6, outputTokens: 9 });
  expect([...found.costs]).toEqual([
    ["USD", 4],
    ["EUR", 2],
  ]);
  expect(found).toMatchObject({ medianMs: 7, medianOf: "a" });
  expect(totals([])).toMatchObject({ count: 0, medianMs: null, medianOf: null });
});
