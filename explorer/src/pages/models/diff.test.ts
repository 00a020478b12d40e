import { describe, expect, it } from "vitest";
import { type Change, diff, likeness, words } from "./diff.ts";

const first = (changes: Change[]) =>
  changes.map(({ kind, text }) => (kind === "added" ? "" : text)).join("");
const second = (changes: Change[]) =>
  changes.map(({ kind, text }) => (kind === "removed" ? "" : text)).join("");

describe("words", () => {
  it("are the text when put together", () => {
    const text = "Ann's  café,\n10.5 € 漢字 ไทย 👋🏽 a_b \ud800";
    expect(words(text).join("")).toBe(text);
  });

  it("are words, spaces and signs", () => {
    expect(words("Fish, and  chips!")).toEqual(["Fish", ",", " ", "and", "  ", "chips", "!"]);
  });

  it("of scripts without spaces are characters", () => {
    expect(words("a漢字b")).toEqual(["a", "漢", "字", "b"]);
  });
});

describe("a diff", () => {
  it("marks the word that changed", () => {
    expect(diff("The fish soup is hot.", "The pea soup is hot.")).toEqual([
      { kind: "same", text: "The " },
      { kind: "removed", text: "fish" },
      { kind: "added", text: "pea" },
      { kind: "same", text: " soup is hot." },
    ]);
  });

  it("marks neighbouring words at once, with what is between them", () => {
    expect(diff("Bring one, two cups.", "Bring a few cups.")).toEqual([
      { kind: "same", text: "Bring " },
      { kind: "removed", text: "one, two" },
      { kind: "added", text: "a few" },
      { kind: "same", text: " cups." },
    ]);
  });

  it("of a text with itself is the text", () => {
    expect(diff("as it was", "as it was")).toEqual([{ kind: "same", text: "as it was" }]);
    expect(diff("", "")).toEqual([]);
  });

  it("has what one side lacks", () => {
    expect(diff("", "new")).toEqual([{ kind: "added", text: "new" }]);
    expect(diff("old", "")).toEqual([{ kind: "removed", text: "old" }]);
  });

  it("is as short as it can be", () => {
    const changes = diff("a b c a b b a", "c b a b a c");
    const edits = changes
      .filter(({ kind }) => kind !== "same")
      .flatMap(({ text }) => words(text))
      .filter((word) => word.trim());
    expect(edits).toHaveLength(5); // the example of Myers's paper
  });

  it("gives both texts back, whatever they are", () => {
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((seed / 2_147_483_648) * below);
    };
    const text = () => Array.from({ length: random(40) }, () => "ab c.\n"[random(6)]).join("");
    for (let round = 0; round < 500; round++) {
      const [one, other] = [text(), text()];
      const changes = diff(one, other);
      expect(first(changes)).toBe(one);
      expect(second(changes)).toBe(other);
    }
  });

  it("of texts that have little in common is one change between what they have", () => {
    const one = `same ${Array.from({ length: 3_000 }, (_, index) => `x${index}`).join(" ")} end`;
    const other = `same ${Array.from({ length: 3_000 }, (_, index) => `y${index}`).join("-")} end`;
    const changes = diff(one, other);
    expect(changes.map(({ kind }) => kind)).toEqual(["same", "removed", "added", "same"]);
    expect(first(changes)).toBe(one);
    expect(second(changes)).toBe(other);
  });
});

it("likeness is the share of the words that are the same", () => {
  expect(likeness(diff("a b", "a b"))).toBe(1);
  expect(likeness(diff("a", "b"))).toBe(0);
  expect(likeness(diff("", ""))).toBe(1);
  expect(likeness(diff("ab cd", "ab xy"))).toBeCloseTo(0.5);
  expect(likeness(diff("a, extraordinarily", "a; b"))).toBeCloseTo(0.5);
  expect(likeness(diff("…", "!"))).toBe(0);
});
