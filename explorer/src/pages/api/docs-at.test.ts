import { buildSchema } from "graphql";
import { describe, expect, test } from "vitest";
import { docsAt } from "./docs-at.ts";

const schema = buildSchema(`
  "Somebody."
  type Person { "How it is called." name: String!, friends(first: Int = 3): [Person!]! }
  enum Colour { "Like blood." RED }
  input Filter { colour: Colour, text: String }
  type Query {
    "One of them."
    person("Its number." id: Int!): Person
    find(filter: Filter): [Person!]!
  }
`);

const TEXT = `query Q($id: Int!) {
  who: person(id: $id) { name friends { name } __typename ...on Person { name } }
  find(filter: { colour: RED, text: "x" }) { name @include(if: true) }
}`;

const at = (word: string, more = 0) => docsAt(schema, TEXT, TEXT.indexOf(word) + more);

describe("docsAt", () => {
  test("of a field are its signature and description", () => {
    const docs = at("person(");
    expect(docs).toMatchObject({
      signature: "person(id: Int!): Person",
      description: "One of them.",
      place: { kind: "field", type: "Query", field: "person" },
    });
    expect(TEXT.slice(docs?.from, docs?.to)).toBe("person");
    expect(at("friends")?.signature).toBe("friends(first: Int): [Person!]!");
    expect(at("__typename")?.place).toBeNull();
  });

  test("of arguments, variables, enum values, input fields, types and directives", () => {
    expect(at("(id: $id", 1)).toMatchObject({ signature: "id: Int!", description: "Its number." });
    expect(at("$id)")).toMatchObject({ signature: "$id: Int!" });
    expect(at("RED")).toMatchObject({ signature: "Colour.RED", description: "Like blood." });
    expect(at("text")).toMatchObject({ signature: "text: String" });
    expect(at("Person {")).toMatchObject({ signature: "Person", description: "Somebody." });
    expect(at("include")).toMatchObject({ signature: "@include" });
  });

  test("are of the innermost word, and of none between words", () => {
    expect(at("{ name friends", 0)).toBeNull();
    expect(at("who")).toBeNull();
  });

  test("are none for what is not in the schema, or no GraphQL", () => {
    expect(docsAt(schema, "{ other }", 3)).toBeNull();
    expect(docsAt(schema, "{ person(", 3)).toBeNull();
  });
});
