import { describe, expect, it } from "vitest";
import { type Place, readPlace, writePlace } from "./place.ts";

const START: Place = {
  view: "search",
  q: "",
  namespace: null,
  method: null,
  mode: "vector",
  entry: null,
  similar: false,
};

describe("a place in a collection", () => {
  it("is empty in the URL at the start", () => {
    expect(writePlace(START)).toBe("");
    expect(readPlace(new URLSearchParams(""))).toEqual(START);
  });

  it("is the same when it is read from what was written", () => {
    const places: Place[] = [
      { ...START, view: "map", namespace: "", method: "by meaning" },
      { ...START, q: "a & b = ü?", mode: "hybrid", namespace: "n/1" },
      { ...START, view: "compare", mode: "text" },
      { ...START, view: "browse", entry: { namespace: "", key: "a/b?c" } },
      { ...START, entry: { namespace: "en", key: "" }, similar: true },
    ];
    for (const place of places) {
      expect(readPlace(new URLSearchParams(writePlace(place)))).toEqual(place);
    }
  });

  it("falls back to the start where the URL says what is not there", () => {
    expect(readPlace(new URLSearchParams("view=x&mode=y"))).toEqual(START);
  });
});
