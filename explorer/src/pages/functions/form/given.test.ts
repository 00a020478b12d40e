import { expect, test } from "vitest";
import { aField } from "../examples.ts";
import { placeholderOf, sendsEmptyText } from "./given.ts";

const TEXT = aField("name", "String!");

test.each([
  ["a text in which nothing stands", TEXT, { given: "value", text: "" }, true],
  ["a text that was never touched", TEXT, { given: "value" }, true],
  ["a text with a space in it", TEXT, { given: "value", text: " " }, false],
  ["a default", aField("name", "String!", '"x"'), { given: "out" }, false],
  ["null", aField("name", "String"), { given: "null" }, false],
  ["a number", aField("age", "Int!"), { given: "value", text: "" }, false],
  ["a list of texts", aField("names", "[String!]!"), { given: "value", items: [] }, false],
] as const)("an empty text is sent, or not, for %s", (_, field, draft, expected) => {
  expect(sendsEmptyText(field, draft as never)).toBe(expected);
});

test("a placeholder says what is sent where nothing stands", () => {
  expect(placeholderOf(TEXT, { given: "value", text: "" }, "")).toBe("empty text");
  expect(placeholderOf(aField("age", "Int!"), { given: "value", text: "" }, "7")).toBe("7");
  expect(placeholderOf(aField("name", "String!", '"Ann"'), { given: "out" }, "")).toBe("Ann");
});
