import { expect, test } from "vitest";
import { shellWord } from "./shell-word.ts";

test.each([
  ["plain", "plain"],
  ["", "''"],
  ["it's", "'it'\\''s'"],
  ["$(date) `date` $HOME", "'$(date) `date` $HOME'"],
  ['a "b" \\ \n c', "'a \"b\" \\ \n c'"],
  ["é", "'é'"],
])("a shell reads %s as it was meant", (word, written) => {
  expect(shellWord(word)).toBe(written);
});
