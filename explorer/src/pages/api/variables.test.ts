import { buildSchema } from "graphql";
import { describe, expect, test } from "vitest";
import { writeExactly } from "../../api/exact-json.ts";
import { operationsOf } from "./operations.ts";
import {
  exactVariables,
  filledIn,
  parsedVariables,
  type Variable,
  variableProblems,
  variablesOf,
} from "./variables.ts";

const schema = buildSchema(`
  scalar Timestamp
  scalar Int64
  enum Colour { RED GREEN }
  input Person { name: String!, age: Int = 3, friend: Person, born: Timestamp!, tags: [String!]! }
  input Filter { text: String, colour: Colour }
  type Query { find(text: String!, first: Int, person: Person, colour: Colour, filter: Filter, id: Int64): String }
`);

function variables(declared: string): Variable[] {
  const [operation] = operationsOf(`query Q(${declared}) { find(text: "") }`) ?? [];
  if (operation === undefined) {
    throw new Error("no operation");
  }
  return variablesOf(operation.node, schema);
}

describe("filledIn", () => {
  test("gives each variable a value of its type", () => {
    const declared = "$a: String!, $b: Int, $c: [Int!]!, $d: Colour, $e: Boolean!, $f: Int64";
    expect(JSON.parse(filledIn("", variables(declared)) ?? "")).toEqual({
      a: "",
      b: 0,
      c: [],
      d: "RED",
      e: false,
      f: 0,
    });
  });

  test("gives input objects what they require, and all fields if they require none", () => {
    const text = filledIn("", variables("$person: Person!, $filter: Filter"));
    expect(JSON.parse(text ?? "")).toEqual({
      person: { name: "", born: "2025-01-31T12:00:00Z", tags: [] },
      filter: { text: "", colour: "RED" },
    });
  });

  test("takes the defaults of the operation", () => {
    expect(filledIn("", variables("$first: Int = 10"))).toBe('{\n  "first": 10\n}');
  });

  test("keeps what is there, and a text to which nothing is to add as it is", () => {
    expect(JSON.parse(filledIn('{"b": 5}', variables("$a: Int, $b: Int")) ?? "")).toEqual({
      a: 0,
      b: 5,
    });
    expect(filledIn('{"b":  5}', variables("$b: Int"))).toBe('{"b":  5}');
  });

  test("leaves alone what is no JSON object", () => {
    expect(filledIn("{", variables("$b: Int"))).toBeNull();
    expect(filledIn("[1]", variables("$b: Int"))).toBeNull();
  });
});

test("no text stands for no variables", () => {
  expect(parsedVariables(" \n")).toEqual({});
  expect(parsedVariables("null")).toBeNull();
});

describe("variableProblems", () => {
  const problems = (values: object, declared: string) =>
    variableProblems(values as never, variables(declared)).map((one) => [
      one.path.join("."),
      one.severity,
      one.message,
    ]);

  test("finds none in values that fit", () => {
    const person = { name: "Ada", born: "x", tags: ["a"] };
    expect(problems({ person, first: null }, "$person: Person!, $first: Int")).toEqual([]);
  });

  test("says where a value does not fit", () => {
    const person = { name: 5, born: "x", tags: ["a", null], more: 1 };
    const found = problems({ person }, "$person: Person!");
    expect(found.map((one) => one[0])).toEqual(["person.name", "person.tags.1", "person"]);
    expect(found[2]?.[2]).toContain('"more"');
  });

  test("says which are missing and which are too many", () => {
    expect(problems({ texd: "" }, "$text: String!")).toEqual([
      ["texd", "warning", "The operation has no variable $texd."],
      ["", "error", "$text is missing: String!."],
    ]);
  });

  test("does not mind values for another operation of the document", () => {
    expect(variableProblems({ other: 1 }, variables("$first: Int"), ["other"])).toEqual([]);
  });
});

test("numbers of 64 bits are sent and filled in with all of their digits", () => {
  const text = '{"id": 9007199254740993}';
  expect(writeExactly(exactVariables(text))).toBe('{"id":9007199254740993}');
  expect(filledIn(text, variables("$more: [Int!]!"))).toContain("9007199254740993");
});
