import { describe, expect, it } from "vitest";
import { climbInWords, compareRankings, type Hit, hitId, overlap } from "./ranking.ts";

function hit(key: string, namespace = ""): Hit {
  return { namespace, key, text: key, labels: [], metadata: {}, distance: 0, score: 1 };
}

describe("compareRankings", () => {
  it("says how far each hit moved against the first column", () => {
    const [first, second] = compareRankings([
      [hit("a"), hit("b"), hit("c")],
      [hit("c"), hit("b"), hit("d")],
    ]);
    expect(first?.map((each) => each.climb)).toEqual([0, 0, 0]);
    expect(second?.map((each) => [each.rank, each.climb])).toEqual([
      [1, 2],
      [2, 0],
      [3, null],
    ]);
  });

  it("says which columns share a hit", () => {
    const columns = compareRankings([[hit("a")], [hit("b"), hit("a")], [hit("b")]]);
    expect(columns[0]?.[0]?.columns).toEqual([0, 1]);
    expect(columns[1]?.[0]?.columns).toEqual([1, 2]);
  });

  it("keeps texts of one key in two namespaces apart", () => {
    const [, second] = compareRankings([[hit("a", "en")], [hit("a", "de")]]);
    expect(second?.[0]?.climb).toBeNull();
    expect(hitId(hit("b", "a"))).not.toBe(hitId(hit("ab", "")));
  });

  it("leaves a column empty that has no answer, and compares the others all the same", () => {
    const columns = compareRankings([null, [hit("a")]]);
    expect(columns.map((each) => each.length)).toEqual([0, 1]);
    expect(columns[1]?.[0]?.climb).toBeNull();
  });
});

describe("overlap", () => {
  it("counts what both have, of the longer list", () => {
    expect(overlap([hit("a"), hit("b")], [hit("b"), hit("c"), hit("d")])).toEqual({
      shared: 1,
      of: 3,
    });
    expect(overlap([], [])).toEqual({ shared: 0, of: 0 });
  });
});

describe("climbInWords", () => {
  it("names the first column, and counts places", () => {
    const [, second] = compareRankings([
      [hit("a"), hit("b"), hit("c"), hit("e")],
      [hit("c"), hit("a"), hit("d"), hit("e")],
    ]);
    expect(second?.map((each) => climbInWords(each, "meaning"))).toEqual([
      "2 places higher than by meaning",
      "1 place lower than by meaning",
      "Not found by meaning",
      "The same rank as by meaning",
    ]);
  });
});
