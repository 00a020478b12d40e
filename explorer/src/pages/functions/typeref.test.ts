import { expect, test } from "vitest";
import { innermost, parseType, printType } from "./typeref.ts";

test("a type is read with what may be null in it", () => {
  expect(parseType("[[Person!]]!")).toEqual({
    kind: "list",
    nullable: false,
    item: {
      kind: "list",
      nullable: true,
      item: { kind: "named", name: "Person", nullable: false },
    },
  });
});

test("the innermost type has no brackets", () => {
  expect(innermost(parseType("[[Person!]]!"))).toBe("Person");
  expect(innermost(parseType("Int64"))).toBe("Int64");
});

test.each(["String", "[Int!]!", "[[Person]]"])("%s is printed as it was read", (text) => {
  expect(printType(parseType(text))).toBe(text);
});
