import { describe, expect, it } from "vitest";
import { collectionPath, moreLike, parseLimit } from "./requests.ts";

describe("collectionPath", () => {
  it("takes names of any characters", () => {
    expect(collectionPath("a/b?", "entries", { namespace: "ü&=", after: null, limit: 10 })).toBe(
      "collections/a%2Fb%3F/entries?namespace=%C3%BC%26%3D&limit=10",
    );
  });

  it("says the namespace whose name is empty", () => {
    expect(collectionPath("c", "map", { namespace: "" })).toBe("collections/c/map?namespace=");
    expect(collectionPath("c", "map", { namespace: null })).toBe("collections/c/map");
  });
});

describe("moreLike", () => {
  it("asks by the entry's text, in its namespace, and not for the entry itself", () => {
    const entry = { namespace: "en", key: "k", text: "a bike", labels: [], metadata: {} };
    expect(moreLike(entry, "meaning", 5)).toEqual({
      method: "meaning",
      mode: "vector",
      text: "a bike",
      namespaces: ["en"],
      filter: { $key: { ne: "k" } },
      limit: 5,
    });
  });
});

describe("parseLimit", () => {
  it("takes whole numbers from 1 to 100", () => {
    expect(["1", " 10 ", "100"].map(parseLimit)).toEqual([1, 10, 100]);
    expect(["", "0", "101", "1.5", "-1", "ten", "1e1"].map(parseLimit)).toEqual(
      Array(7).fill(null),
    );
  });
});
