import { describe, expect, it } from "vitest";
import { Grid } from "./grid.ts";
import type { Spot } from "./scale.ts";

/** Numbers that look random, and are the same in each run. */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return state / 4294967296;
  };
}

function slowly(points: Spot[], spot: Spot, radius: number): number | null {
  const far = points.map((point) => Math.hypot(point.x - spot.x, point.y - spot.y));
  const best = Math.min(...far);
  return best <= radius ? best : null;
}

describe("Grid", () => {
  it.each([1, 2, 3])("finds what looking at all finds (%d)", (seed) => {
    const next = sequence(seed);
    const points = Array.from({ length: 500 }, () => ({ x: next() * 4 - 2, y: next() - 9 }));
    const grid = new Grid(points);
    for (let turn = 0; turn < 300; turn++) {
      const spot = { x: next() * 5 - 2.5, y: next() * 1.5 - 9.2 };
      const radius = next() * (turn % 10 === 0 ? 3 : 0.1);
      const at = grid.nearest(spot, radius);
      const found = at === null ? null : (points[at] as Spot);
      const distance = found && Math.hypot(found.x - spot.x, found.y - spot.y);
      const expected = slowly(points, spot, radius);
      if (expected === null) {
        expect(distance).toBeNull();
      } else {
        expect(distance).toBeCloseTo(expected, 9);
      }
    }
  });

  it("finds nothing among no points", () => {
    expect(new Grid([]).nearest({ x: 0, y: 0 }, 10)).toBeNull();
  });

  it("finds one of several points that are at one place", () => {
    const grid = new Grid([
      { x: 1, y: 1 },
      { x: 1, y: 1 },
    ]);
    expect(grid.nearest({ x: 1.01, y: 1 }, 0.1)).not.toBeNull();
  });

  it("takes a radius that is far larger than all points lie apart", () => {
    expect(new Grid([{ x: 0, y: 0 }]).nearest({ x: 1e9, y: 0 }, 1e12)).toBe(0);
  });
});
