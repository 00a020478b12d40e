import { expect, test } from "vitest";
import type { Frame } from "../../api/types.ts";
import { groupFrames, placeOf } from "./frames.ts";

function frame(file: string, own: boolean): Frame {
  return { file, line: 3, column: null, function: null, own };
}

test("the innermost frame stands first", () => {
  const groups = groupFrames([frame("outer.py", true), frame("inner.py", true)]);
  expect(groups.map((group) => (group.own ? group.frame.file : "")).join(" ")).toBe(
    "inner.py outer.py",
  );
});

test("frames of others that follow one another are one group", () => {
  const groups = groupFrames([
    frame("atoll/sdk.py", false),
    frame("main.py", true),
    frame("json/decoder.py", false),
    frame("json/scanner.py", false),
  ]);
  expect(groups.map((group) => (group.own ? 1 : group.frames.map((one) => one.file)))).toEqual([
    ["json/scanner.py", "json/decoder.py"],
    1,
    ["atoll/sdk.py"],
  ]);
});

test("no frames are no groups", () => {
  expect(groupFrames([])).toEqual([]);
});

test("a place has a column only where one is known", () => {
  expect(placeOf(frame("main.py", true))).toBe("main.py:3");
  expect(placeOf({ ...frame("main.py", true), column: 7 })).toBe("main.py:3:7");
});
