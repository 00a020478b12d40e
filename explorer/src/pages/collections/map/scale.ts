/** A part of the plane of the vectors, shown on a canvas of `width` times `height` CSS pixels. */
export interface Frame {
  /** What is in the middle of the canvas. */
  x: number;
  y: number;
  /** Pixels per unit. */
  scale: number;
  width: number;
  height: number;
}

export interface Spot {
  x: number;
  y: number;
}

const MARGIN = 28;
const CLOSEST = 400;

/** The frame that shows all points, however few or however far from zero. */
export function frameOf(points: readonly Spot[], width: number, height: number): Frame {
  let [left, right, top, bottom] = [Infinity, -Infinity, -Infinity, Infinity];
  for (const { x, y } of points) {
    left = Math.min(left, x);
    right = Math.max(right, x);
    bottom = Math.min(bottom, y);
    top = Math.max(top, y);
  }
  if (left > right) {
    return { x: 0, y: 0, scale: 1, width, height };
  }
  const across = Math.max(width - 2 * MARGIN, 1) / (right - left);
  const along = Math.max(height - 2 * MARGIN, 1) / (top - bottom);
  const scale = Math.min(across, along);
  const middle = { x: (left + right) / 2, y: (top + bottom) / 2 };
  return { ...middle, scale: Number.isFinite(scale) ? scale : 1, width, height };
}

/** Where a point is on the canvas: up is up. */
export function toCanvas(frame: Frame, spot: Spot): Spot {
  return {
    x: (spot.x - frame.x) * frame.scale + frame.width / 2,
    y: (frame.y - spot.y) * frame.scale + frame.height / 2,
  };
}

export function toPlane(frame: Frame, spot: Spot): Spot {
  return {
    x: (spot.x - frame.width / 2) / frame.scale + frame.x,
    y: frame.y - (spot.y - frame.height / 2) / frame.scale,
  };
}

/** The frame after the canvas was dragged by so many pixels. */
export function pan(frame: Frame, right: number, down: number): Frame {
  return { ...frame, x: frame.x - right / frame.scale, y: frame.y + down / frame.scale };
}

/**
 * The frame nearer by `factor`, with what is at `at` (pixels) staying there. It stops at half of and at
 * 400 times the frame that shows all.
 */
export function zoom(frame: Frame, factor: number, at: Spot, whole: Frame): Frame {
  const scale = Math.min(Math.max(frame.scale * factor, whole.scale / 2), whole.scale * CLOSEST);
  const fixed = toPlane(frame, at);
  return {
    ...frame,
    scale,
    x: fixed.x - (at.x - frame.width / 2) / scale,
    y: fixed.y + (at.y - frame.height / 2) / scale,
  };
}

/** The frame moved as little as brings the spot into it; the same one if it is in it. */
export function reveal(frame: Frame, spot: Spot): Frame {
  const { x, y } = toCanvas(frame, spot);
  const right = outside(x, frame.width);
  const down = outside(y, frame.height);
  return right === 0 && down === 0 ? frame : pan(frame, -right, -down);
}

function outside(at: number, length: number): number {
  const margin = Math.min(MARGIN, length / 4);
  if (at < margin) {
    return at - margin;
  }
  return at > length - margin ? at - (length - margin) : 0;
}
