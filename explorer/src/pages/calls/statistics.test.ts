import { describe, expect, test } from "vitest";
import { aCall } from "./call-example.ts";
import { durationPoints, percentile, statisticsOf } from "./statistics.ts";

describe("percentile", () => {
  test("is the nearest rank", () => {
    const values = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    expect(percentile(values, 0.5)).toBe(5);
    expect(percentile(values, 0.95)).toBe(10);
    expect(percentile(values, 0)).toBe(1);
    expect(percentile(values, 1)).toBe(10);
  });

  test("of one value is that value, of none nothing", () => {
    expect(percentile([7], 0.95)).toBe(7);
    expect(percentile([], 0.5)).toBeNull();
  });
});

describe("statisticsOf", () => {
  test("says nothing of no calls", () => {
    expect(statisticsOf([], 0)).toEqual({
      count: 0,
      lastMinute: 0,
      failedShare: null,
      medianMs: null,
      p95Ms: null,
    });
  });

  test("sorts durations as numbers", () => {
    const calls = [100, 9, 20].map((ms) => aCall({ ms }));
    expect(statisticsOf(calls, 0)).toMatchObject({ medianMs: 20, p95Ms: 100 });
  });

  test("leaves running calls out of durations and failures", () => {
    const calls = [
      aCall({ status: "running", ms: null }),
      aCall({ status: "failed", ms: 4 }),
      aCall({ status: "ok", ms: 2 }),
    ];
    expect(statisticsOf(calls, 0)).toMatchObject({ count: 3, failedShare: 0.5, medianMs: 2 });
  });

  test("counts the calls of the last minute", () => {
    const calls = [99_000, 95_000, 40_001, 40_000].map((startedAt) => aCall({ startedAt }));
    expect(statisticsOf(calls, 100_000).lastMinute).toBe(3);
  });
});

describe("durationPoints", () => {
  test("stand oldest first, failed ones apart, running ones nowhere", () => {
    const calls = [
      aCall({ startedAt: 3_000, status: "running", ms: null }),
      aCall({ id: "b", startedAt: 2_000, status: "failed", ms: 8 }),
      aCall({ id: "a", startedAt: 1_000, ms: 5 }),
    ];
    expect(durationPoints(calls, 10)).toEqual({
      ids: ["a", "b"],
      at: [1_000, 2_000],
      ms: [5, null],
      failedMs: [null, 8],
    });
  });

  test("keep the peaks when there are too many", () => {
    const calls = Array.from({ length: 5_000 }, (_, index) =>
      aCall({
        startedAt: 5_000 - index,
        ms: index === 2_345 ? 900 : 1 + (index % 7),
        status: index % 1_000 === 17 ? "failed" : "ok",
      }),
    );
    const points = durationPoints(calls, 100);
    expect(points.at.length).toBeLessThanOrEqual(100);
    expect(points.ms).toContain(900);
    expect(points.failedMs.filter((ms) => ms !== null)).toHaveLength(5);
    expect(points.at).toEqual([...points.at].sort((a, b) => a - b));
  });

  test("are bounded when all calls started at one moment", () => {
    const calls = Array.from({ length: 300 }, () => aCall());
    expect(durationPoints(calls, 10).at).toHaveLength(1);
  });
});
