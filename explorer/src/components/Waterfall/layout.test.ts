import { describe, expect, test } from "vitest";
import type { HostOperation } from "../../api/types.ts";
import { layOut, ticksOf } from "./layout.ts";

function operation(changes: Partial<HostOperation>): HostOperation {
  return {
    name: "http.fetch",
    kind: "operation",
    target: null,
    detail: null,
    startMs: 0,
    ms: 1,
    failure: null,
    depth: 0,
    times: 1,
    ...changes,
  };
}

describe("layOut", () => {
  test("places operations as shares of the call", () => {
    const { rows, totalMs } = layOut([operation({ startMs: 25, ms: 50 })], 100);
    expect(totalMs).toBe(100);
    expect(rows[0]).toMatchObject({ left: 0.25, width: 0.5, running: false });
  });

  test("lets an operation that runs reach to now", () => {
    const { rows } = layOut([operation({ startMs: 40, ms: null })], 100);
    expect(rows[0]).toMatchObject({ left: 0.4, width: 0.6, running: true });
  });

  test("makes room for what ended after its call", () => {
    const { rows, totalMs } = layOut([operation({ startMs: 50, ms: 150 })], 100);
    expect(totalMs).toBe(200);
    expect(rows[0]).toMatchObject({ left: 0.25, width: 0.75 });
  });

  test("stays inside of the width whatever the numbers", () => {
    const odd = [operation({ startMs: -5, ms: 3 }), operation({ startMs: 0, ms: 0 })];
    for (const { left, width } of layOut(odd, 0).rows) {
      expect(left).toBeGreaterThanOrEqual(0);
      expect(width).toBeGreaterThanOrEqual(0);
      expect(left + width).toBeLessThanOrEqual(1);
    }
  });

  test("of 200,000 operations does not overflow the stack", () => {
    const many = Array.from({ length: 200_000 }, (_, index) => operation({ startMs: index }));
    expect(layOut(many, 1).totalMs).toBe(200_000);
  });
});

describe("ticksOf", () => {
  test.each([
    [100, [0, 20, 40, 60, 80, 100]],
    [0.9, [0, 0.2, 0.4, 0.6, 0.8]],
    [1234, [0, 250, 500, 750, 1000]],
    [30_000, [0, 10_000, 20_000, 30_000]],
  ])("of %d ms are round", (totalMs, expected) => {
    expect(ticksOf(totalMs).map((tick) => tick.ms)).toEqual(expected);
  });

  test("have their times beside them, but for one at the end and each other in narrow places", () => {
    expect(ticksOf(62).map(({ ms, label }) => [ms, label])).toEqual([
      [0, "always"],
      [20, "wide"],
      [40, "always"],
      [60, "never"],
    ]);
  });

  test("are three to six for any length", () => {
    for (let totalMs = 0.001; totalMs < 1e7; totalMs *= 1.37) {
      const { length } = ticksOf(totalMs);
      expect(length).toBeGreaterThanOrEqual(3);
      expect(length).toBeLessThanOrEqual(6);
    }
  });
});
