import { buildSchema, parse, validate } from "graphql";
import { describe, expect, test } from "vitest";
import { firstTemplate, kindOf, templateOf } from "./operation-template.ts";
import { operationsOf } from "./operations.ts";
import { parsedVariables, variableProblems, variablesOf } from "./variables.ts";

const schema = buildSchema(`
  type Address { city: String!, person: Person }
  type Person { name: String!, address: Address, friends: [Person!]!, self: Loop }
  type Loop { loop: Loop }
  input PersonInput { name: String!, age: Int }
  type Query { person(id: Int!, deep: Boolean): Person, hello(name: String! = "x"): String!, loop: Loop }
  type Mutation { addPerson(person: PersonInput!, tags: [String!]!): Person! }
  type Subscription { ticks(count: Int! = 10): Int! }
`);

describe("templateOf", () => {
  test("has the required arguments as variables, and the plain fields", () => {
    expect(templateOf(schema, "query", "person")).toEqual({
      query: `query Person($id: Int!) {
  person(id: $id) {
    name
    address {
      city
    }
    self {
      __typename
    }
  }
}
`,
      variables: '{\n  "id": 0\n}',
    });
  });

  test("fits the schema, and so do its variables, for every function", () => {
    const roots = { query: schema.getQueryType(), mutation: schema.getMutationType() };
    for (const [kind, root] of Object.entries(roots)) {
      for (const name of Object.keys(root?.getFields() ?? {})) {
        const template = templateOf(schema, kind as "query", name);
        expect(validate(schema, parse(template?.query ?? ""))).toEqual([]);
        const [operation] = operationsOf(template?.query ?? "") ?? [];
        if (operation === undefined) {
          throw new Error("no operation");
        }
        const values = parsedVariables(template?.variables ?? "") ?? {};
        expect(variableProblems(values, variablesOf(operation.node, schema))).toEqual([]);
      }
    }
  });

  test("is none for what is not there", () => {
    expect(templateOf(schema, "query", "other")).toBeNull();
    expect(templateOf(buildSchema("type Query { a: Int }"), "mutation", "a")).toBeNull();
  });
});

test("the first template needs no values", () => {
  expect(firstTemplate(schema)?.query).toBe("query Hello {\n  hello\n}\n");
});

test("root types have kinds", () => {
  expect(kindOf(schema, "Mutation")).toBe("mutation");
  expect(kindOf(schema, "Person")).toBeNull();
});
