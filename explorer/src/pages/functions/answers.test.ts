import { expect, test } from "vitest";
import { digitsOf } from "../../api/exact-json.ts";
import { aCall } from "../calls/call-example.ts";
import {
  callSince,
  exactValue,
  looksLikeMarkdown,
  readAnswer,
  sizeOf,
  withoutRecord,
} from "./answers.ts";

test("an answer gives the value, the errors and the id of the call", () => {
  const error = { message: "no", extensions: { code: "USER_ERROR", level: "error" } };
  const answer = {
    data: { person: null },
    errors: [error],
    extensions: { invocations: { person: { executionId: "d0aq" } } },
  };
  expect(readAnswer(answer, "person")).toEqual({
    value: null,
    errors: [error],
    executionId: "d0aq",
  });
});

test("a stream that failed names its call in the error", () => {
  const answer = { errors: [{ message: "no", extensions: { executionId: "x1" } }] };
  expect(readAnswer(answer, "ticks")).toMatchObject({ value: undefined, executionId: "x1" });
});

test.each([{}, { data: null }, { data: [1] }, { extensions: { invocations: null } }])(
  "an answer that says nothing is no failure: %j",
  (answer) => {
    expect(readAnswer(answer as never, "a")).toEqual({
      value: undefined,
      errors: [],
      executionId: null,
    });
  },
);

test("the call of a stream is the first of its function since the start", () => {
  const calls = [
    aCall({ id: "later", startedAt: 300 }),
    aCall({ id: "mine", startedAt: 210 }),
    aCall({ id: "other", startedAt: 205, function: "x" }),
    aCall({ id: "before", startedAt: 100 }),
  ];
  expect(callSince(calls, "sayHello", 200)?.id).toBe("mine");
  expect(callSince(calls, "sayHello", 1000)).toBeNull();
});

test("errors without a record still have their code", () => {
  expect(
    withoutRecord([{ message: "m", extensions: { code: "TIMEOUT" } }, { message: "n" }]),
  ).toEqual([
    { code: "TIMEOUT", message: "m", hint: null, detail: null, frames: [] },
    { code: "ERROR", message: "n", hint: null, detail: null, frames: [] },
  ]);
});

test("sizes are said in words", () => {
  expect([[1], { a: 1, b: 2 }, "abc", 5, null].map(sizeOf)).toEqual([
    "1 item",
    "2 fields",
    "3 characters",
    "",
    "",
  ]);
});

test.each([
  ["# Title\n\ntext", true],
  ["see **this**", true],
  ["- a\n- b", true],
  ["plain text, 2 * 3 * 4", false],
  ["<b>no</b>", false],
])("%j is Markdown: %s", (value, expected) => {
  expect(looksLikeMarkdown(value)).toBe(expected);
});

test("a value has all digits of its numbers", () => {
  expect(exactValue('{"data":{"a":[1,0.1]}}', "a")).toEqual([1, 0.1]);
  expect(digitsOf(exactValue('{"data":{"a":9007199254740993}}', "a"))).toBe("9007199254740993");
  expect(exactValue('{"data":{"a":"9007199254740993"}}', "a")).toBe("9007199254740993");
  expect(exactValue('{"errors":[]}', "a")).toBeUndefined();
});
