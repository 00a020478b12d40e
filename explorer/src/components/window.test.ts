import { describe, expect, test } from "vitest";
import { anchored, nextIndex, windowOf } from "./window.ts";

describe("windowOf", () => {
  test("has the rows in sight, and some above and below", () => {
    const { first, last } = windowOf(10_000, 30, 3_000, 600);
    expect(first).toBeLessThan(100);
    expect(last).toBeGreaterThanOrEqual(120);
    expect(last - first).toBeLessThan(60);
  });

  test("ends where the list does", () => {
    expect(windowOf(5, 30, 0, 600)).toEqual({ first: 0, last: 5 });
    expect(windowOf(0, 30, 0, 600)).toEqual({ first: 0, last: 0 });
  });

  test("is empty, not upside down, when the list has become shorter than it was scrolled", () => {
    const { first, last } = windowOf(3, 30, 9_000, 600);
    expect(first).toBeLessThanOrEqual(last);
  });
});

describe("anchored", () => {
  const keyOf = (item: string) => item;

  test("keeps the first row in sight where it is when rows come in above", () => {
    expect(anchored(["new", "newer", "a", "b", "c"], keyOf, "b", 30 + 12, 30)).toBe(90 + 12);
  });

  test("lets a list at its top show what comes in", () => {
    expect(anchored(["new", "a", "b"], keyOf, "a", 0, 30)).toBe(0);
  });

  test("does not move when the row is gone, or is where it was", () => {
    expect(anchored(["x", "y"], keyOf, "b", 42, 30)).toBe(42);
    expect(anchored(["a", "b"], keyOf, "b", 42, 30)).toBe(42);
    expect(anchored(["a", "b"], keyOf, null, 42, 30)).toBe(42);
  });
});

describe("nextIndex", () => {
  test.each([
    ["ArrowDown", -1, 0],
    ["ArrowDown", 9, 9],
    ["ArrowUp", -1, 0],
    ["ArrowUp", 0, 0],
    ["PageDown", 2, 6],
    ["PageUp", 2, 0],
    ["Home", 5, 0],
    ["End", 5, 9],
    ["a", 5, null],
  ])("%s leads from %s to %s", (key, at, to) => {
    expect(nextIndex(key, at, 10, 4)).toBe(to);
  });

  test("leads nowhere in an empty list", () => {
    expect(nextIndex("ArrowDown", -1, 0, 4)).toBeNull();
  });
});
