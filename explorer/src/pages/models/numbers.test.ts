import { describe, expect, it } from "vitest";
import { cosine, predictionsOf, summary, vectorsOf } from "./numbers.ts";

describe("vectors", () => {
  it("are found in all the forms that answers have", () => {
    expect(vectorsOf([1, 2])).toEqual([[1, 2]]);
    expect(vectorsOf([[1], [2]])).toEqual([[1], [2]]);
    expect(vectorsOf({ data: [{ embedding: [1, 2], index: 0 }] })).toEqual([[1, 2]]);
    expect(vectorsOf({ predictions: [[1, 2]] })).toEqual([[1, 2]]);
  });

  it("may be in base64", () => {
    // 1.0 and -2.5 as 32-bit floats.
    expect(vectorsOf([{ embedding: "AACAPwAAIMA=" }])).toEqual([[1, -2.5]]);
    expect(vectorsOf([{ embedding: "no base64 at all" }])).toBeNull();
    expect(vectorsOf("AACAPwAAIMA=".repeat(8).replaceAll("=", "A"))).toHaveLength(1);
    expect(vectorsOf("AACAPwAA")).toBeNull();
  });

  it("are numbers and nothing else", () => {
    expect(vectorsOf(["a"])).toBeNull();
    expect(vectorsOf([])).toBeNull();
    expect(vectorsOf([[1], ["…"]])).toBeNull();
    expect(vectorsOf(null)).toBeNull();
  });

  it("are summed up", () => {
    const found = summary([3, -4, 0]);
    expect(found).toMatchObject({ dimension: 3, length: 5, least: -4, greatest: 3 });
    expect(found.bars).toEqual([0.75, -1, 0]);
  });

  it("keep their extremes however long they are", () => {
    const vector = Array.from({ length: 1536 }, () => 0.1);
    vector[777] = -2;
    const { bars } = summary(vector);
    expect(bars.length).toBe(192);
    expect(Math.min(...bars)).toBe(-1);
  });

  it("have an angle to others of their dimension", () => {
    expect(cosine([1, 0], [2, 0])).toBe(1);
    expect(cosine([1, 0], [0, 3])).toBe(0);
    expect(cosine([1], [1, 2])).toBeNull();
    expect(cosine([0], [0])).toBeNull();
  });
});

describe("predictions", () => {
  it("have their probabilities in order", () => {
    const value = [
      {
        label: "b",
        confidence: 0.9,
        probabilities: [
          { label: "a", probability: 0.1 },
          { label: "b", probability: 0.9 },
        ],
      },
    ];
    const [found] = predictionsOf(value) ?? [];
    expect(found?.probabilities.map((each) => each.label)).toEqual(["b", "a"]);
    expect(predictionsOf({ predictions: value })).toEqual([found]);
    expect(predictionsOf(value[0] as never)).toEqual([found]);
  });

  it("may have no numbers at all", () => {
    expect(predictionsOf([{ label: "x" }])).toEqual([
      { label: "x", confidence: null, probabilities: [] },
    ]);
    expect(predictionsOf([{ name: "x" }])).toBeNull();
    expect(predictionsOf("x")).toBeNull();
  });
});
