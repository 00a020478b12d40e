import { describe, expect, it } from "vitest";
import { beginning, filtersOf, historyPath, isFiltered, NO_FILTERS, queryOf } from "./filters.ts";

const all = {
  model: "text-generator",
  function: "ask",
  status: "failed",
  call: "abc",
  search: "fish & chips?",
  period: "24h",
} as const;

describe("filters in the URL", () => {
  it("come back as they were", () => {
    expect(filtersOf(new URLSearchParams(queryOf(all)))).toEqual(all);
  });

  it("leave nothing behind when all is shown", () => {
    expect(queryOf(NO_FILTERS)).toBe("");
    expect(isFiltered(NO_FILTERS)).toBe(false);
    expect(isFiltered({ ...NO_FILTERS, call: "x" })).toBe(true);
  });

  it("that nobody knows are not taken", () => {
    const filters = filtersOf(new URLSearchParams("status=strange&period=1000y&model=%20m%20"));
    expect(filters).toEqual({ ...NO_FILTERS, model: "m" });
  });
});

describe("a page of the history", () => {
  it("is asked for by all filters", () => {
    const path = historyPath(all, 1_000_000_000, 50, "last");
    const query = new URLSearchParams(path.slice("inferences?".length));
    expect(Object.fromEntries(query)).toEqual({
      model: "text-generator",
      function: "ask",
      status: "failed",
      call: "abc",
      search: "fish & chips?",
      since: String(1_000_000_000 - 86_400_000),
      before: "last",
      limit: "50",
    });
  });

  it("has no beginning if all time is meant", () => {
    expect(historyPath(NO_FILTERS, 5, 10, null)).toBe("inferences?limit=10");
    expect(beginning("all", 5)).toBeNull();
  });
});
