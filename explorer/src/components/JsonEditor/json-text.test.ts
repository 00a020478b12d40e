import { describe, expect, test } from "vitest";
import { indented } from "./json-text.ts";

describe("indented", () => {
  test("gives each member and item a line", () => {
    expect(indented('{"a":[1,{"b":null}],"c":{},"d":[]}')).toBe(
      '{\n  "a": [\n    1,\n    {\n      "b": null\n    }\n  ],\n  "c": {},\n  "d": []\n}',
    );
  });

  test("is what JSON.stringify makes", () => {
    const value = { a: [1, [2, [], {}]], "b{,:}": 'x"y\\', c: { d: "é\n" } };
    expect(indented(JSON.stringify(value))).toBe(JSON.stringify(value, null, 2));
    expect(indented(JSON.stringify(value, null, 7))).toBe(JSON.stringify(value, null, 2));
  });

  test("keeps numbers that are too large for JavaScript", () => {
    expect(indented("[ 12345678901234567890, 1.50 ]")).toBe(
      "[\n  12345678901234567890,\n  1.50\n]",
    );
  });
});
