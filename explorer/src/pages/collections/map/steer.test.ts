import { describe, expect, it } from "vitest";
import { step } from "./steer.ts";

describe("step", () => {
  const points = [
    { x: 0, y: 0 },
    { x: 2, y: 0.1 },
    { x: 1, y: 0.9 },
    { x: -1, y: 0 },
    { x: 0, y: -3 },
  ];

  it("goes to what lies that way", () => {
    expect(step(points, 0, "right")).toBe(1);
    expect(step(points, 0, "left")).toBe(3);
    expect(step(points, 0, "down")).toBe(4);
    expect(step(points, 1, "up")).toBeNull();
  });

  it("stays where nothing lies that way", () => {
    expect(step(points, 3, "left")).toBeNull();
    expect(step([], 0, "left")).toBeNull();
  });

  it("comes to every point from every other one", () => {
    const grid = Array.from({ length: 25 }, (_, at) => ({ x: at % 5, y: Math.floor(at / 5) }));
    const seen = new Set([0]);
    const open = [0];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      for (const direction of ["left", "right", "up", "down"] as const) {
        const next = step(grid, at, direction);
        if (next === null || seen.has(next)) {
          continue;
        }
        seen.add(next);
        open.push(next);
      }
    }
    expect(seen.size).toBe(25);
  });
});
