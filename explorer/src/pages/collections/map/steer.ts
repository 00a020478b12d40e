import type { Spot } from "./scale.ts";

export type Direction = "left" | "right" | "up" | "down";

/**
 * The point that an arrow key goes to from another: the nearest of those that lie that way rather than
 * another one, where what is off to the side counts double. Null at the edge.
 */
export function step(points: readonly Spot[], from: number, direction: Direction): number | null {
  const start = points[from];
  if (!start) {
    return null;
  }
  let found: number | null = null;
  let best = Infinity;
  points.forEach((point, at) => {
    const [ahead, aside] = split(start, point, direction);
    if (ahead <= 0 || aside > ahead) {
      return;
    }
    const far = ahead + 2 * aside;
    if (far < best) {
      best = far;
      found = at;
    }
  });
  return found;
}

function split(start: Spot, point: Spot, direction: Direction): [number, number] {
  const [x, y] = [point.x - start.x, point.y - start.y];
  switch (direction) {
    case "left":
      return [-x, Math.abs(y)];
    case "right":
      return [x, Math.abs(y)];
    case "up":
      return [y, Math.abs(x)];
    case "down":
      return [-y, Math.abs(x)];
  }
}
