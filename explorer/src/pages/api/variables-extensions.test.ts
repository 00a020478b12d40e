import { json } from "@codemirror/lang-json";
import { ensureSyntaxTree } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { expect, test } from "vitest";
import { rangeOf } from "./variables-extensions.ts";

test.each([
  [["person", "name"], "5"],
  [["person", "tags", 1], "null"],
  [["person", "tags"], '["a", null]'],
  [["first"], "-1"],
  [["person", "more"], '{ "name": 5, "tags": ["a", null] }'],
  [[], "{"],
])("the value at %j is found", (path, text) => {
  const doc = '{ "person": { "name": 5, "tags": ["a", null] }, "first": -1 }';
  const state = EditorState.create({ doc, extensions: json() });
  ensureSyntaxTree(state, doc.length, 1000);
  const { from, to } = rangeOf(state, path);
  expect(doc.slice(from, to)).toBe(text);
});
