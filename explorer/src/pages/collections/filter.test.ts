import { describe, expect, it } from "vitest";
import { FILTER_EXAMPLE, parseFilter } from "./filter.ts";

describe("parseFilter", () => {
  it("takes an empty field as no filter", () => {
    expect(parseFilter("")).toEqual({ filter: null });
    expect(parseFilter(" \n")).toEqual({ filter: null });
  });

  it("takes the example that it gives", () => {
    expect(parseFilter(FILTER_EXAMPLE)).toEqual({ filter: JSON.parse(FILTER_EXAMPLE) });
  });

  it("says where JSON is broken", () => {
    const parsed = parseFilter('{\n  "year": oops\n}');
    expect(parsed).toEqual({ problem: expect.stringMatching(/^Line 2, column 11: /) });
  });

  it("says what a filter is when it is another value", () => {
    for (const text of ["3", "[]", "null", '"x"']) {
      expect(parseFilter(text)).toEqual({ problem: expect.stringContaining("an object") });
    }
  });
});
