import { describe, expect, it } from "vitest";
import type { CollectionInfo } from "../../api/types.ts";
import { chosenWays, curve, linksBetween, waysOf } from "./columns.ts";
import { compareRankings, type Hit } from "./ranking.ts";

function collection(...methods: string[]): CollectionInfo {
  const rest = { embedder: "embed", distance: "dot", index: "auto", dimension: 3 } as const;
  return {
    name: "c",
    namespaces: [],
    location: null,
    methods: methods.map((name) => ({ name, ...rest, vectors: 0, state: "ready" })),
  };
}

function hits(...keys: string[]): Hit[] {
  const rest = { namespace: "", text: "", labels: [], metadata: {}, distance: 0, score: 0 };
  return keys.map((key) => ({ ...rest, key }));
}

describe("waysOf", () => {
  it("has each method by meaning and with words, and words alone once", () => {
    const ways = waysOf(collection("a", "b"));
    expect(ways.map((way) => way.id)).toEqual([
      "vector:a",
      "hybrid:a",
      "vector:b",
      "hybrid:b",
      "text:",
    ]);
    expect(new Set(ways.map((way) => way.label)).size).toBe(5);
  });

  it("does not name the method where there is but one", () => {
    expect(waysOf(collection("a")).map((way) => way.label)).toEqual([
      "Meaning",
      "Meaning and words",
      "Words",
    ]);
  });

  it("has words alone where there is no method", () => {
    expect(waysOf(collection()).map((way) => [way.mode, way.method])).toEqual([["text", ""]]);
  });
});

describe("chosenWays", () => {
  it("compares meaning and words of one method, and the methods where there are several", () => {
    const ids = (...methods: string[]) =>
      chosenWays(waysOf(collection(...methods)), []).map((way) => way.id);
    expect(ids("a")).toEqual(["vector:a", "hybrid:a", "text:"]);
    expect(ids("a", "b")).toEqual(["vector:a", "vector:b", "text:"]);
    expect(ids("a", "b", "c", "d")).toEqual(["vector:a", "vector:b", "vector:c"]);
  });

  it("keeps to what was chosen, without what is gone", () => {
    const ways = waysOf(collection("a"));
    expect(chosenWays(ways, ["text:", "vector:gone", "vector:a"]).map((way) => way.id)).toEqual([
      "text:",
      "vector:a",
    ]);
    expect(chosenWays(ways, ["vector:gone"])).toHaveLength(3);
  });
});

describe("linksBetween", () => {
  it("connects what neighbours have both", () => {
    const columns = compareRankings([hits("a", "b"), hits("b", "c"), hits("a", "c")]);
    const links = linksBetween(columns).map((each) => each.map(({ from, to }) => [from, to]));
    expect(links).toEqual([[[2, 1]], [[2, 2]]]);
  });

  it("connects nothing of one column", () => {
    expect(linksBetween(compareRankings([hits("a")]))).toEqual([]);
  });
});

describe("curve", () => {
  it("goes from the middle of one hit to that of the other", () => {
    expect(curve({ id: "", from: 1, to: 3 }, 60, 40)).toBe("M0 30C20 30 20 150 40 150");
  });
});
