import { describe, expect, test } from "vitest";
import type { TypeInfo } from "../../api/types.ts";
import { TYPES } from "./examples.ts";
import { choose, countFields, fieldsAt, type Selected, select } from "./selection.ts";

function text(selected: Selected[] | null): string {
  return (selected ?? [])
    .map((each) => (each.fields ? `${each.name} { ${text(each.fields)} }` : each.name))
    .join(" ");
}

function object(name: string, fields: Record<string, string>): [string, TypeInfo] {
  const list = Object.entries(fields).map(([field, type]) => ({
    name: field,
    type,
    description: null,
  }));
  return [name, { kind: "object", name, description: null, fields: list }];
}

describe("by default", () => {
  test("a result without fields selects none", () => {
    expect(select("[String!]!", TYPES, {})).toBeNull();
    expect(select("Mood", TYPES, {})).toBeNull();
    expect(select("Void", {}, {})).toBeNull();
  });

  test("all leaves are selected, and a type within itself once", () => {
    expect(text(select("[Person!]!", TYPES, {}))).toBe(
      "name mood friends { name mood address { city } } address { city }",
    );
  });

  test("types that hold each other and nothing else still give a valid selection", () => {
    const types = Object.fromEntries([object("A", { b: "B" }), object("B", { a: "A!" })]);
    const found = text(select("A", types, {}));
    expect(found).toContain("__typename");
    expect(found).not.toContain("{  }");
  });

  test("types with many objects in them do not explode", () => {
    const names = Array.from({ length: 30 }, (_, index) => `T${index}`);
    const fields = Object.fromEntries(names.map((name) => [name.toLowerCase(), `[${name}!]`]));
    const types = Object.fromEntries(names.map((name) => object(name, { ...fields, id: "Int!" })));
    const selected = select("T0", types, {});
    expect(countFields(selected)).toBeLessThanOrEqual(200);
    expect(text(selected)).toContain("id");
  });
});

describe("when fields are switched", () => {
  test("one that is off is not asked for", () => {
    const choices = choose({}, "address", false);
    expect(text(select("Person", TYPES, choices))).not.toMatch(/ address { city }$/);
  });

  test("one that is on shows its leaves", () => {
    const choices = choose({}, "friends.friends", true);
    expect(text(select("Person", TYPES, choices))).toContain(
      "friends { name mood friends { name mood address { city } }",
    );
  });

  test("an object none of whose fields are wanted still is a valid selection", () => {
    const choices = choose({}, "address.city", false);
    expect(text(select("Person", TYPES, choices))).toContain("address { __typename }");
  });

  test("switching an object forgets what was chosen in it", () => {
    const choices = choose(choose({}, "address.city", false), "address", true);
    expect(choices).toEqual({ address: true });
  });
});

test("the tree shows the fields of each level with what is on", () => {
  const rows = fieldsAt("Person", "friends", TYPES, choose({}, "friends.name", false));
  expect(rows.map((row) => [row.path, row.composite, row.on])).toEqual([
    ["friends.name", false, false],
    ["friends.mood", false, true],
    ["friends.friends", true, false],
    ["friends.address", true, true],
  ]);
  expect(fieldsAt("Person", "gone.since", TYPES, {})).toEqual([]);
});
