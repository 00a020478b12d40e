import type { Spot } from "./scale.ts";

/** The numbers of points, those with a rank first, then from left to right, as the map shows them. */
export function inOrder(points: readonly Spot[], ranks: ReadonlyMap<number, number>): number[] {
  const rank = (at: number) => ranks.get(at) ?? Number.MAX_SAFE_INTEGER;
  const x = (at: number) => points[at]?.x ?? 0;
  return [...points.keys()].sort((a, b) => rank(a) - rank(b) || x(a) - x(b) || a - b);
}
