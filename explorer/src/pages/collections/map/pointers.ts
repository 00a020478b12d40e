import type { Spot } from "./scale.ts";

export interface Drag {
  right: number;
  down: number;
  /** By which two fingers spread; 1 with one pointer. */
  factor: number;
  /** The middle of the pointers. */
  at: Spot;
}

/** The pointers that are down on the map, and what their moves come to: one drags it, two spread it. */
export class Pointers {
  private readonly down = new Map<number, Spot>();
  /** Pixels gone since the first of them was put down; few are a click. */
  private gone = 0;

  press(id: number, spot: Spot): void {
    if (this.down.size === 0) {
      this.gone = 0;
    }
    this.down.set(id, spot);
  }

  move(id: number, spot: Spot): Drag | null {
    const before = this.down.get(id);
    if (!before) {
      return null;
    }
    const [middle, spread] = this.shape();
    this.down.set(id, spot);
    const [at, wider] = this.shape();
    this.gone += Math.hypot(spot.x - before.x, spot.y - before.y);
    const factor = spread > 0 && wider > 0 ? wider / spread : 1;
    return { right: at.x - middle.x, down: at.y - middle.y, factor, at };
  }

  /** Whether it was a click: the last pointer, and none of them went anywhere. */
  release(id: number): boolean {
    const was = this.down.delete(id);
    return was && this.down.size === 0 && this.gone < 5;
  }

  private shape(): [Spot, number] {
    const spots = [...this.down.values()];
    const sum = spots.reduce((all, spot) => ({ x: all.x + spot.x, y: all.y + spot.y }));
    const middle = { x: sum.x / spots.length, y: sum.y / spots.length };
    const spread = spots.reduce(
      (most, spot) => Math.max(most, Math.hypot(spot.x - middle.x, spot.y - middle.y)),
      0,
    );
    return [middle, spread];
  }
}
