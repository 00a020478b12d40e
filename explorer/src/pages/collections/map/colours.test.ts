import { describe, expect, it } from "vitest";
import { COLOURS, colourBy } from "./colours.ts";

describe("colourBy", () => {
  it("gives each name a colour of its own, largest first in the legend", () => {
    const { groups, colours, others } = colourBy(["b", "a", "b", null, "b"]);
    expect(groups).toEqual([
      { name: "b", colour: 2, points: 3 },
      { name: "a", colour: 1, points: 1 },
      { name: null, colour: 0, points: 1 },
    ]);
    expect(colours).toEqual([2, 1, 2, 0, 2]);
    expect(others).toBe(0);
  });

  it("makes the small groups grey when there are more than colours", () => {
    const names = Array.from({ length: COLOURS + 3 }, (_, at) =>
      Array(at + 1).fill(`n${at}`),
    ).flat();
    const { groups, colours, others } = colourBy(names);
    expect(others).toBe(3);
    expect(groups).toHaveLength(COLOURS + 1);
    expect(groups.at(-1)).toEqual({ name: null, colour: 0, points: 1 + 2 + 3 });
    expect(colours.slice(0, 6)).toEqual([0, 0, 0, 0, 0, 0]);
    const used = groups.slice(0, -1).map((group) => group.colour);
    expect([...used].sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it("keeps the colours of names while texts are added", () => {
    const before = colourBy(["noun", "verb", "verb"]);
    const after = colourBy(["noun", "verb", "verb", "noun", "noun"]);
    const byName = (each: typeof before) =>
      Object.fromEntries(each.groups.map(({ name, colour }) => [name, colour]));
    expect(byName(after)).toEqual(byName(before));
  });

  it("takes no points at all", () => {
    expect(colourBy([])).toEqual({ groups: [], colours: [], others: 0 });
  });
});
