import { describe, expect, test } from "vitest";
import { jsonProblem } from "./json-problem.ts";

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Numbers that look random and are the same in each run. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return Math.floor((state / 4294967296) * below);
  };
}

describe("jsonProblem", () => {
  test.each([
    "{}",
    " [1, -2.5e3, true, null] ",
    '{"a": {"b": [[], {}]}}\n',
    '"\\u00e9\\n"',
    "0",
    '"日本"',
  ])("finds nothing in %s", (text) => {
    expect(jsonProblem(text)).toBeNull();
  });

  test.each([
    ['{"a": 1,}', 7, 8, /no comma before }/],
    ["[1, ]", 2, 3, /no comma before ]/],
    ["{a: 1}", 1, 2, /Names are in "double quotes"/],
    ["{'a': 1}", 1, 4, /double quotes/],
    ['{"a" 1}', 5, 6, /":" is expected/],
    ['{"a": 1 "b": 2}', 8, 11, /comma is missing/],
    ['{"a": "x', 6, 8, /not closed/],
    ['{"a": 1', 7, 7, /} is missing at the end/],
    ['{"a":', 5, 5, /value is missing/],
    ["[01]", 1, 3, /not a number/],
    ["1 2", 2, 3, /after the end/],
    ["nul", 0, 3, /value is expected/],
    ["// x", 0, 1, /no comments/],
    ["", 0, 0, /value is missing/],
    ['["\\x"]', 1, 5, /escape/],
    ["[1}", 2, 3, /comma or ]/],
  ])("finds what is wrong with %s", (text, from, to, message) => {
    const problem = jsonProblem(text);
    expect(problem).toMatchObject({ from, to });
    expect(problem?.message).toMatch(message);
  });

  test("agrees with JSON.parse on texts that were damaged in any place", () => {
    const whole = '{"a": [1, -2.5e+3, true, {"b": null}], "c\\u00e9": "x\\"y", "d": {}, "e": []}';
    const signs = [
      "",
      ",",
      "}",
      "]",
      '"',
      "{",
      "[",
      ":",
      "1",
      " ",
      "\n",
      "\\",
      "e",
      ".",
      "-",
      "\u0001",
    ];
    const random = generator(7);
    let invalid = 0;
    for (let round = 0; round < 5000; round++) {
      let text = whole;
      for (let change = 0; change <= round % 3; change++) {
        const at = random(text.length);
        text = text.slice(0, at) + signs[random(signs.length)] + text.slice(at + random(2));
      }
      const problem = jsonProblem(text);
      expect(problem === null, text).toBe(parses(text));
      if (problem === null) {
        continue;
      }
      invalid++;
      expect(problem.from, text).toBeLessThanOrEqual(problem.to);
      expect(problem.to, text).toBeLessThanOrEqual(text.length);
    }
    expect(invalid).toBeGreaterThan(1000);
  });

  test("reads what is nested deeply", () => {
    const depth = 200_000;
    expect(jsonProblem("[".repeat(depth) + "]".repeat(depth))).toBeNull();
    expect(jsonProblem("[".repeat(depth))?.from).toBe(depth);
  });
});
