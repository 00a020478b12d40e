import { describe, expect, it } from "vitest";
import { scoreFill, scoreText } from "./scores.ts";

describe("scores", () => {
  it("have two digits, and no negative zero", () => {
    expect([1, 0.456, -0.001, -0.25, Number.NaN].map(scoreText)).toEqual([
      "1.00",
      "0.46",
      "0.00",
      "-0.25",
      "–",
    ]);
  });

  it("fill a bar that has two ends", () => {
    expect([-3, 0, 0.5, 1, 7, Number.NaN].map(scoreFill)).toEqual([0, 0, 50, 100, 100, 0]);
  });
});
