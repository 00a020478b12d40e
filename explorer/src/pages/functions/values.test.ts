import { describe, expect, test } from "vitest";
import { parseExactly } from "../../api/exact-json.ts";
import type { Json } from "../../api/types.ts";
import { aField, TYPES } from "./examples.ts";
import { parseType } from "./typeref.ts";
import {
  checkVariables,
  completed,
  type Drafts,
  shapeOf,
  startingDraft,
  toDrafts,
  toVariables,
} from "./values.ts";

const PERSON = aField("person", "PersonInput!");

function startOf(...fields: ReturnType<typeof aField>[]): Drafts {
  return Object.fromEntries(fields.map((field) => [field.name, startingDraft(field, TYPES)]));
}

describe("a form that nobody has touched", () => {
  test("gives what has to be given, and leaves out the rest", () => {
    const fields = [PERSON, aField("first", "Int!", "10"), aField("note", "String")];
    const { variables, problems } = toVariables(fields, startOf(...fields), TYPES);
    expect(variables).toEqual({ person: { name: "", friends: [] } });
    expect(problems).toEqual({});
  });

  test("begins enums with their first value", () => {
    const field = aField("mood", "Mood!");
    expect(toVariables([field], {}, TYPES).variables).toEqual({ mood: "HAPPY" });
  });
});

describe("what is given", () => {
  const field = aField("age", "Int");

  test.each([
    ["left out", { given: "out", text: "5" }, {}],
    ["null", { given: "null", text: "5" }, { age: null }],
    ["a value", { given: "value", text: "5" }, { age: 5 }],
  ] as const)("may be %s", (_what, draft, variables) => {
    expect(toVariables([field], { age: draft }, TYPES).variables).toEqual(variables);
  });

  test("problems stand at the value that is wrong", () => {
    const drafts: Drafts = {
      person: {
        given: "value",
        fields: {
          name: { given: "value", text: "Ada" },
          age: { given: "value", text: "old" },
          tags: { given: "value", items: [{ given: "value", text: "a" }, { given: "null" }] },
          mood: { given: "value", text: "ANGRY" },
        },
      },
    };
    const { problems } = toVariables([PERSON], drafts, TYPES);
    expect(Object.keys(problems).sort()).toEqual(["person.age", "person.mood", "person.tags.1"]);
  });
});

describe("a map", () => {
  const field = aField("ages", "[StringIntPairInput!]!");

  test("is edited as keys and values, and sent as pairs", () => {
    expect(shapeOf(parseType(field.type), TYPES).kind).toBe("map");
    const drafts = toDrafts([field], { ages: [{ key: "Ada", value: 36 }] }, TYPES);
    expect(toVariables([field], drafts, TYPES).variables).toEqual({
      ages: [{ key: "Ada", value: 36 }],
    });
  });
});

describe("arguments as JSON", () => {
  const fields = [
    PERSON,
    aField("big", "Int64"),
    aField("any", "JSON"),
    aField("price", "Decimal"),
  ];
  const values: Json[] = [
    { person: { name: "Ada", friends: [] } },
    {
      person: {
        name: 'a\n"b" </script>',
        age: null,
        mood: "SAD",
        tags: ["", "x"],
        friends: [{ name: "Bo", friends: [], boss: { name: "C", friends: [] } }],
      },
      big: "9223372036854775807",
      any: { a: [1, "2", null, { b: false }] },
      price: "0.10",
    },
    { person: { name: "", friends: [] }, big: null, any: null },
  ];

  test.each(values)("go into the form and come back: %j", (value) => {
    const checkedValues = checkVariables(fields, value, TYPES);
    expect(checkedValues.problems).toEqual({});
    expect(checkedValues.variables).toEqual(value);
    const drafts = toDrafts(fields, value, TYPES);
    expect(toVariables(fields, drafts, TYPES)).toEqual({ variables: value, problems: {} });
  });

  test("keep the digits of large numbers", () => {
    const text =
      '{"person": {"name": "", "friends": []}, "big": 9007199254740993, "price": 0.12345678901234567890}';
    const { variables, problems } = checkVariables(fields, parseExactly(text), TYPES);
    expect(problems).toEqual({});
    expect(variables).toMatchObject({ big: "9007199254740993", price: "0.12345678901234567890" });
    const drafts = toDrafts(fields, parseExactly(text), TYPES);
    expect(toVariables(fields, drafts, TYPES).variables).toEqual(variables);
  });

  test("are refused where they do not fit", () => {
    const value = { person: { name: 5, mood: "BAD", friends: null, shoe: 43 }, other: 1 };
    const { problems } = checkVariables(fields, value, TYPES);
    expect(Object.keys(problems).sort()).toEqual([
      "other",
      "person.friends",
      "person.mood",
      "person.name",
      "person.shoe",
    ]);
    expect(checkVariables(fields, [], TYPES).problems).toHaveProperty([""]);
    expect(checkVariables(fields, {}, TYPES).problems).toHaveProperty("person");
  });

  test("take one value for a list of one", () => {
    const { variables } = checkVariables([aField("tags", "[String!]!")], { tags: "a" }, TYPES);
    expect(variables).toEqual({ tags: ["a"] });
  });
});

describe("a function that has changed", () => {
  test("keeps what was typed where names and types still fit", () => {
    const before = [aField("name", "String!"), aField("age", "Int!")];
    const typed: Drafts = {
      name: { given: "value", text: "Ada" },
      age: { given: "value", text: "36" },
    };
    const after = [aField("name", "String!"), aField("mood", "Mood!"), aField("age", "[Int!]!")];
    expect(toVariables(before, typed, TYPES).variables).toEqual({ name: "Ada", age: 36 });
    const drafts = completed(after, typed, TYPES);
    expect(toVariables(after, drafts, TYPES)).toEqual({
      variables: { name: "Ada", mood: "HAPPY", age: [] },
      problems: {},
    });
    expect(toVariables(before, completed(before, drafts, TYPES), TYPES).variables).toEqual({
      name: "Ada",
      age: 36,
    });
  });

  test("gives a value to what may no longer be left out", () => {
    const drafts: Drafts = { n: { given: "out" }, m: { given: "null", text: "7" } };
    const fields = [aField("n", "Int!"), aField("m", "Int!")];
    expect(toVariables(fields, completed(fields, drafts, TYPES), TYPES).variables).toEqual({
      n: 0,
      m: 7,
    });
  });
});
