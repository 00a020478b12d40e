import { expect, test } from "vitest";
import { MOST_ELEMENTS, MOST_TEXT, noElements, take } from "./elements.ts";

test("texts are joined as they come", () => {
  const elements = noElements();
  for (const text of ["Once ", "", "upon"]) {
    take(elements, text, 1);
  }
  expect(elements).toMatchObject({ text: "Once upon", count: 3 });
});

test("anything else among them ends the joining", () => {
  const elements = noElements();
  take(elements, "a", 1);
  take(elements, 1, 2);
  take(elements, "b", 3);
  expect(elements.text).toBeNull();
  expect(elements.kept.map((each) => each.value)).toEqual(["a", 1, "b"]);
});

test("a stream without end does not fill the memory", () => {
  const elements = noElements();
  for (let index = 0; index < 3 * MOST_ELEMENTS; index++) {
    take(elements, "x".repeat(1000), index);
  }
  expect(elements.count).toBe(3 * MOST_ELEMENTS);
  expect(elements.kept.length).toBeLessThan(2 * MOST_ELEMENTS);
  expect(elements.kept.at(-1)?.atMs).toBe(3 * MOST_ELEMENTS - 1);
  expect(elements.text?.length).toBeLessThanOrEqual(2 * MOST_TEXT);
  expect((elements.text?.length ?? 0) + elements.textLost).toBe(3 * MOST_ELEMENTS * 1000);
});
