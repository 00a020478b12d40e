import { describe, expect, test } from "vitest";
import { errorMarks, pathText } from "./response-errors.ts";

const at = (line: number, column: number) => ({ message: "m", locations: [{ line, column }] });

describe("errorMarks", () => {
  const text = "query {\n  person(id: $who)\r\n  æ name @skip\n}";

  test.each([
    [1, 1, "query"],
    [2, 3, "person"],
    [2, 14, "$who"],
    [3, 5, "name"],
    [3, 10, "@skip"],
    [4, 1, "}"],
  ])("of line %i, column %i is %s", (line, column, marked) => {
    const [mark] = errorMarks([at(line, column)], text);
    expect(text.slice(mark?.from, mark?.to)).toBe(marked);
  });

  test("stay within the text", () => {
    expect(errorMarks([at(9, 1), at(0, 1), at(1, 0)], text)).toEqual([]);
    expect(errorMarks([at(4, 99)], text)).toEqual([
      { from: text.length, to: text.length, message: "m" },
    ]);
  });

  test("are as many as the places of an error", () => {
    const locations = [
      { line: 1, column: 1 },
      { line: 4, column: 1 },
    ];
    expect(errorMarks([{ message: "m", locations }, { message: "no place" }], text)).toHaveLength(
      2,
    );
  });
});

test("a path reads like code", () => {
  expect(pathText(["person", "friends", 2, "name"])).toBe("person.friends[2].name");
  expect(pathText([])).toBe("");
});
