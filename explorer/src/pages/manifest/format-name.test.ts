import { expect, test } from "vitest";
import { formatName } from "./format-name.ts";

test.each([
  ["openai", "OpenAI format"],
  ["openai-embeddings", "OpenAI embeddings format"],
  ["classification", "classification format"],
  ["toString", "toString format"],
])("the interface %s is named as a format, not as a provider", (name, told) => {
  expect(formatName(name)).toBe(told);
});
