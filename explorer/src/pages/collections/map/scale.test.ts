import { describe, expect, it } from "vitest";
import { type Frame, frameOf, pan, reveal, toCanvas, toPlane, zoom } from "./scale.ts";

const POINTS = [
  { x: -3, y: 1 },
  { x: 5, y: 2 },
  { x: 0, y: -4 },
];

function close(a: { x: number; y: number }, b: { x: number; y: number }) {
  expect(a.x).toBeCloseTo(b.x, 6);
  expect(a.y).toBeCloseTo(b.y, 6);
}

describe("frameOf", () => {
  it.each([
    [800, 400],
    [300, 700],
    [10, 10],
  ])("shows all points on a canvas of %d times %d", (width, height) => {
    const frame = frameOf(POINTS, width, height);
    for (const point of POINTS) {
      const { x, y } = toCanvas(frame, point);
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x).toBeLessThanOrEqual(width);
      expect(y).toBeGreaterThanOrEqual(0);
      expect(y).toBeLessThanOrEqual(height);
    }
  });

  it("has one point, and several at one place, in the middle", () => {
    const frame = frameOf([POINTS[1], POINTS[1]] as { x: number; y: number }[], 200, 100);
    close(toCanvas(frame, POINTS[1] as { x: number; y: number }), { x: 100, y: 50 });
    expect(Number.isFinite(frame.scale)).toBe(true);
  });

  it("is a frame without points, too", () => {
    expect(frameOf([], 200, 100)).toEqual({ x: 0, y: 0, scale: 1, width: 200, height: 100 });
  });
});

describe("a frame", () => {
  const whole = frameOf(POINTS, 640, 480);

  it("maps to the plane what it maps to the canvas, with up upwards", () => {
    for (const point of POINTS) {
      close(toPlane(whole, toCanvas(whole, point)), point);
    }
    expect(toCanvas(whole, { x: 0, y: 1 }).y).toBeLessThan(toCanvas(whole, { x: 0, y: 0 }).y);
  });

  it("moves with the pointer that drags it", () => {
    const before = toCanvas(whole, { x: 1, y: 1 });
    const after = toCanvas(pan(whole, 30, -12), { x: 1, y: 1 });
    close(after, { x: before.x + 30, y: before.y - 12 });
  });

  it("keeps what is under the pointer where it is while it zooms", () => {
    const at = { x: 100, y: 50 };
    const nearer = zoom(whole, 3, at, whole);
    expect(nearer.scale).toBeCloseTo(whole.scale * 3);
    close(toPlane(nearer, at), toPlane(whole, at));
  });

  it("stops to zoom where nothing more can be seen", () => {
    let frame: Frame = whole;
    for (let turn = 0; turn < 100; turn++) {
      frame = zoom(frame, 0.5, { x: 0, y: 0 }, whole);
    }
    expect(frame.scale).toBeCloseTo(whole.scale / 2);
    for (let turn = 0; turn < 100; turn++) {
      frame = zoom(frame, 2, { x: 0, y: 0 }, whole);
    }
    expect(frame.scale).toBeCloseTo(whole.scale * 400);
    expect(Number.isFinite(frame.x)).toBe(true);
  });

  it("moves to a point that is outside, and stays for one that is inside", () => {
    const inside = toPlane(whole, { x: 320, y: 240 });
    expect(reveal(whole, inside)).toBe(whole);
    const outside = toPlane(whole, { x: 700, y: -20 });
    const { x, y } = toCanvas(reveal(whole, outside), outside);
    expect(x).toBeLessThan(640);
    expect(y).toBeGreaterThan(0);
  });
});
