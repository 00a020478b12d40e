import { buildSchema, parse, validate } from "graphql";
import { expect, test } from "vitest";
import { aField, aFunction, TYPES } from "./examples.ts";
import { buildOperation } from "./operation.ts";
import { select } from "./selection.ts";

const SCHEMA = buildSchema(`
  enum Mood { HAPPY SAD }
  input PersonInput { name: String! age: Int mood: Mood! = HAPPY tags: [String!]! = [] friends: [PersonInput!]! boss: PersonInput }
  type Person { name: String! mood: Mood! friends: [Person!]! address: Address }
  type Address { city: String! }
  type Query { sayHello(name: String!, loud: Boolean! = false): String! }
  type Mutation { addPerson(person: PersonInput!, note: String, first: Int! = 10): Person! }
  type Subscription { ticks(count: Int! = 10): Int! }
`);

test("a function without arguments is called without parentheses", () => {
  expect(buildOperation(aFunction(), {}, null).query).toBe("query SayHello {\n  sayHello\n}");
});

test("only the arguments that are given are declared", () => {
  const about = aFunction({
    arguments: [aField("name", "String!"), aField("loud", "Boolean!", "false")],
  });
  expect(buildOperation(about, { name: "Ada" }, null).query).toBe(
    "query SayHello($name: String!) {\n  sayHello(name: $name)\n}",
  );
});

test.each([
  [
    { name: "a" },
    aFunction({ arguments: [aField("name", "String!"), aField("loud", "Boolean!", "false")] }),
  ],
  [
    { person: {}, note: null, first: 1 },
    aFunction({
      field: "addPerson",
      operation: "mutation",
      result: "Person!",
      arguments: [
        aField("person", "PersonInput!"),
        aField("note", "String"),
        aField("first", "Int!", "10"),
      ],
    }),
  ],
  [
    { count: 3 },
    aFunction({
      field: "ticks",
      operation: "subscription",
      result: "Int!",
      arguments: [aField("count", "Int!", "10")],
    }),
  ],
])("documents fit the schema: %j", (variables, about) => {
  const { query } = buildOperation(about, variables, select(about.result, TYPES, {}));
  expect(validate(SCHEMA, parse(query))).toEqual([]);
});

test("long lists of arguments stand below each other", () => {
  const names = Array.from({ length: 9 }, (_, index) => `argument${index}`);
  const about = aFunction({ arguments: names.map((name) => aField(name, "String!")) });
  const given = Object.fromEntries(names.map((name) => [name, ""]));
  const { query } = buildOperation(about, given, null);
  expect(Math.max(...query.split("\n").map((line) => line.length))).toBeLessThanOrEqual(88);
  expect(() => parse(query)).not.toThrow();
});
