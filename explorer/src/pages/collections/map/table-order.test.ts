import { expect, it } from "vitest";
import { inOrder } from "./table-order.ts";

it("lists marked points by rank, then all others from left to right", () => {
  const points = [3, 1, 2, 0].map((x) => ({ x, y: 0 }));
  expect(inOrder(points, new Map())).toEqual([3, 1, 2, 0]);
  const ranks = new Map([
    [0, 2],
    [2, 1],
  ]);
  expect(inOrder(points, ranks)).toEqual([2, 0, 3, 1]);
});
