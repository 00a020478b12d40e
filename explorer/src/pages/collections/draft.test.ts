import { describe, expect, it } from "vitest";
import type { CollectionInfo } from "../../api/types.ts";
import { chosenNamespaces, type Draft, isDraft, requestOf } from "./draft.ts";

const DRAFT: Draft = { text: "q", filter: "", limit: "10", namespaces: null, ways: [] };
const COLLECTION: CollectionInfo = {
  name: "c",
  namespaces: [
    { name: "", texts: 3 },
    { name: "de", texts: 1 },
  ],
  methods: [],
  location: null,
};

describe("requestOf", () => {
  it("is what a search asks for", () => {
    const draft = { ...DRAFT, filter: '{"a": 1}', namespaces: ["de"] };
    expect(requestOf(draft, COLLECTION)).toEqual({
      text: "q",
      namespaces: ["de"],
      filter: { a: 1 },
      limit: 10,
    });
  });

  it("says which fields are wrong, all of them at once", () => {
    const problems = { filter: expect.any(String), limit: expect.any(String) };
    expect(requestOf({ ...DRAFT, filter: "{", limit: "x" }, COLLECTION)).toEqual({ problems });
  });
});

describe("chosenNamespaces", () => {
  it("is all of them until some are chosen", () => {
    expect(chosenNamespaces(DRAFT, COLLECTION)).toEqual(["", "de"]);
    expect(chosenNamespaces({ ...DRAFT, namespaces: [""] }, COLLECTION)).toEqual([""]);
  });

  it("falls back to all when those chosen are gone", () => {
    expect(chosenNamespaces({ ...DRAFT, namespaces: ["gone"] }, COLLECTION)).toEqual(["", "de"]);
  });

  it("is no more than a search takes", () => {
    const namespaces = Array.from({ length: 1500 }, (_, at) => ({ name: `n${at}`, texts: 1 }));
    expect(chosenNamespaces(DRAFT, { ...COLLECTION, namespaces })).toHaveLength(1000);
  });
});

describe("isDraft", () => {
  it("takes no draft of another form, as an older page may have kept it", () => {
    expect(isDraft(DRAFT)).toBe(true);
    for (const found of [null, 3, {}, { ...DRAFT, limit: 10 }, { ...DRAFT, ways: [1] }]) {
      expect(isDraft(found)).toBe(false);
    }
  });
});
