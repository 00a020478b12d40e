import { expect, test } from "vitest";
import { partsOf } from "./parts.ts";

test("shares are of the sum of the parts", () => {
  const parts = partsOf({ queueMs: 1, instantiateMs: 2, guestMs: 3, hostMs: 4 });
  expect(parts.map((part) => [part.name, part.share])).toEqual([
    ["queue", 0.1],
    ["instantiate", 0.2],
    ["guest", 0.3],
    ["host", 0.4],
  ]);
});

test("a call without any time has no shares, and no clock makes one negative", () => {
  const none = partsOf({ queueMs: 0, instantiateMs: 0, guestMs: -1, hostMs: 0 });
  expect(none.map((part) => part.share)).toEqual([0, 0, 0, 0]);
  expect(none[2]?.ms).toBe(0);
});
