import { describe, expect, test } from "vitest";
import { aCall } from "./call-example.ts";
import { holdStill, newSince } from "./hold.ts";

const a = aCall({ id: "a", startedAt: 1 });
const b = aCall({ id: "b", startedAt: 2 });
const c = aCall({ id: "c", startedAt: 3 });

describe("holdStill", () => {
  test("shows none of the new calls", () => {
    const held = [b, a];
    expect(holdStill(held, [c, b, a])).toBe(held);
  });

  test("shows what has become of a running call", () => {
    const running = aCall({ id: "b", startedAt: 2, status: "running", ms: null });
    expect(holdStill([running, a], [c, b, a])).toEqual([b, a]);
  });

  test("shows older calls that were loaded", () => {
    expect(holdStill([c, b], [c, b, a])).toEqual([c, b, a]);
  });

  test("keeps calls that the store has dropped", () => {
    expect(holdStill([b, a], [c])).toEqual([b, a]);
  });

  test("of nothing shows nothing", () => {
    expect(holdStill([], [c])).toEqual([]);
  });
});

describe("newSince", () => {
  test("counts what stands above", () => {
    expect(newSince([a], [c, b, a])).toBe(2);
    expect(newSince([c, b], [c, b, a])).toBe(0);
  });

  test("counts all when the first was dropped or there was none", () => {
    expect(newSince([a], [c, b])).toBe(2);
    expect(newSince([], [c])).toBe(1);
  });
});
