import { expect, test } from "vitest";
import { durationBar } from "./duration-bar.ts";

test("longer calls never have shorter bars, and no bar leaves its track", () => {
  let before = 0;
  for (const ms of [0, 0.05, 0.1, 1, 10, 100, 1_000, 30_000, 1e9]) {
    const share = durationBar(ms);
    expect(share).toBeGreaterThanOrEqual(before);
    expect(share).toBeGreaterThan(0);
    expect(share).toBeLessThanOrEqual(1);
    before = share;
  }
  expect(before).toBe(1);
});
