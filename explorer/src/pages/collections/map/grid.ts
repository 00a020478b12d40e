import type { Spot } from "./scale.ts";

/** Points in square cells, so that those near to a place are found without looking at all. */
export class Grid {
  private readonly cells = new Map<string, number[]>();
  private readonly size: number;

  constructor(private readonly points: readonly Spot[]) {
    this.size = cellSize(points);
    points.forEach((point, at) => {
      const cell = this.cell(Math.floor(point.x / this.size), Math.floor(point.y / this.size));
      const there = this.cells.get(cell);
      if (there) {
        there.push(at);
      } else {
        this.cells.set(cell, [at]);
      }
    });
  }

  /** The index of the point that is nearest to a spot, and not further from it than `radius`. */
  nearest(spot: Spot, radius: number): number | null {
    const reach = Math.ceil(radius / this.size);
    const wide = (2 * reach + 1) ** 2 > this.cells.size;
    const near = wide ? this.points.keys() : this.around(spot, reach);
    let found: number | null = null;
    let best = radius * radius;
    for (const at of near) {
      const point = this.points[at] as Spot;
      const distance = (point.x - spot.x) ** 2 + (point.y - spot.y) ** 2;
      if (distance <= best) {
        best = distance;
        found = at;
      }
    }
    return found;
  }

  private *around(spot: Spot, reach: number): Generator<number> {
    const column = Math.floor(spot.x / this.size);
    const row = Math.floor(spot.y / this.size);
    for (let x = column - reach; x <= column + reach; x++) {
      for (let y = row - reach; y <= row + reach; y++) {
        yield* this.cells.get(this.cell(x, y)) ?? [];
      }
    }
  }

  private cell(x: number, y: number): string {
    return `${x},${y}`;
  }
}

/** Such that a cell has a few points if they lie evenly. */
function cellSize(points: readonly Spot[]): number {
  let [least, most] = [Infinity, -Infinity];
  for (const { x, y } of points) {
    least = Math.min(least, x, y);
    most = Math.max(most, x, y);
  }
  const size = (most - least) / Math.max(Math.sqrt(points.length), 1);
  return size > 0 && Number.isFinite(size) ? size : 1;
}
