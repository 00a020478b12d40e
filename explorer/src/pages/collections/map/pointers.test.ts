import { describe, expect, it } from "vitest";
import { Pointers } from "./pointers.ts";

describe("Pointers", () => {
  it("drags with one pointer", () => {
    const pointers = new Pointers();
    pointers.press(1, { x: 10, y: 10 });
    expect(pointers.move(1, { x: 40, y: 5 })).toEqual({
      right: 30,
      down: -5,
      factor: 1,
      at: { x: 40, y: 5 },
    });
    expect(pointers.release(1)).toBe(false);
  });

  it("takes as a click what hardly moves", () => {
    const pointers = new Pointers();
    pointers.press(1, { x: 10, y: 10 });
    pointers.move(1, { x: 11, y: 11 });
    expect(pointers.release(1)).toBe(true);
  });

  it("spreads with two pointers, around their middle", () => {
    const pointers = new Pointers();
    pointers.press(1, { x: 0, y: 0 });
    pointers.press(2, { x: 10, y: 0 });
    const drag = pointers.move(2, { x: 20, y: 0 });
    expect(drag).toEqual({ right: 5, down: 0, factor: 2, at: { x: 10, y: 0 } });
    expect(pointers.release(2)).toBe(false);
    expect(pointers.release(1)).toBe(false);
  });

  it("takes no notice of pointers that are not down", () => {
    const pointers = new Pointers();
    expect(pointers.move(1, { x: 5, y: 5 })).toBeNull();
    expect(pointers.release(1)).toBe(false);
  });
});
