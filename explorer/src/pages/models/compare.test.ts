import { describe, expect, it } from "vitest";
import type { Message, Part } from "../../api/types.ts";
import { type Answer, compare } from "./compare.ts";

function answer(...parts: Part[]): Answer {
  const message: Message = { role: "assistant", parts, answer: true };
  return { conversation: [message], output: {} };
}
const text = (text: string) => answer({ type: "text", text });
const vectors = (...all: number[][]) =>
  answer(...all.map((value): Part => ({ type: "data", value })));

describe("two answers", () => {
  it("in words are compared word by word", () => {
    const found = compare(text("It is hot."), text("It is cold."));
    expect(found.changes?.map(({ kind }) => kind)).toEqual(["same", "removed", "added", "same"]);
    expect(found.same).toBe(false);
    expect(found.summary).toMatch(/^67% of the words are the same$/);
  });

  it("that are the same are told to be", () => {
    expect(compare(text("Yes."), text("Yes."))).toMatchObject({
      same: true,
      summary: "Same answer",
    });
  });

  it("that hardly differ are not told to be the same", () => {
    const long = "word ".repeat(5_000);
    expect(compare(text(`${long}a`), text(`${long}b`)).summary).toBe(
      "99% of the words are the same",
    );
  });

  it("in numbers are compared by their angle, and the worst counts", () => {
    expect(compare(vectors([1, 0]), vectors([2, 0]))).toMatchObject({ same: true });
    const found = compare(vectors([1, 0], [1, 0]), vectors([1, 0], [1, 1]));
    expect(found).toMatchObject({ changes: null, same: false, summary: "Cosine 0.7071" });
  });

  it("of other dimensions or counts are not", () => {
    expect(compare(vectors([1]), vectors([1, 2])).summary).toBe("Of other dimensions");
    expect(compare(vectors([1]), vectors([1], [2])).summary).toBe("Not to be compared");
    expect(compare(answer(), answer()).summary).toBe("Not to be compared");
  });

  it("of unknown form are compared as JSON", () => {
    const before = { conversation: null, output: { a: 1 } };
    expect(compare(before, { conversation: null, output: { a: 2 } }).changes).not.toBeNull();
  });
});
