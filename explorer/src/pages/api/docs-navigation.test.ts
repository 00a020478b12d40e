import { buildSchema } from "graphql";
import { describe, expect, test } from "vitest";
import {
  back,
  forward,
  gone,
  type Place,
  placeOf,
  START,
  searchDocs,
  stillThere,
  typesOf,
} from "./docs-navigation.ts";

const schema = buildSchema(`
  "Somebody."
  type Person { name: String!, "In years." age: Int }
  input PersonInput { name: String! }
  type Query { person(id: Int!): Person, people: [Person!]!, wildPersonality: Int }
  type Mutation { addPerson(person: PersonInput!): Person }
`);

const type = (name: string): Place => ({ kind: "type", type: name });
const field = (of: string, name: string): Place => ({ kind: "field", type: of, field: name });

describe("the trail", () => {
  const trail = gone(gone(START, type("Person")), field("Query", "person"));

  test("leads back and forward, and not beyond its ends", () => {
    expect(placeOf(back(trail))).toEqual(type("Person"));
    expect(placeOf(back(back(back(back(trail)))))).toEqual({ kind: "start" });
    expect(placeOf(forward(back(trail)))).toEqual(field("Query", "person"));
    expect(forward(trail)).toEqual(trail);
  });

  test("forgets what lay ahead when one goes elsewhere", () => {
    const other = gone(back(trail), type("Query"));
    expect(forward(other)).toEqual(other);
    expect(placeOf(back(other))).toEqual(type("Person"));
  });

  test("does not have one place twice in a row", () => {
    expect(gone(trail, field("Query", "person"))).toBe(trail);
  });

  test("is bounded", () => {
    let long = START;
    for (let count = 0; count < 200; count++) {
      long = gone(long, type(`T${count}`));
    }
    expect(long.places).toHaveLength(50);
    expect(placeOf(long)).toEqual(type("T199"));
  });

  test("loses places that are no more in the schema", () => {
    const other = buildSchema("type Query { person: Int } ");
    expect(stillThere(trail, other).places).toEqual([{ kind: "start" }, field("Query", "person")]);
    expect(placeOf(stillThere(trail, other))).toEqual(field("Query", "person"));
    expect(placeOf(stillThere(back(trail), other))).toEqual({ kind: "start" });
    expect(stillThere(trail, schema)).toBe(trail);
  });
});

test("types are the app's own, by name", () => {
  expect(typesOf(schema).map((one) => one.name)).toEqual([
    "Boolean",
    "Int",
    "Person",
    "PersonInput",
    "String",
  ]);
});

describe("search", () => {
  const titles = (text: string) => searchDocs(schema, text).map((one) => one.title);

  test("finds the very name first, then beginnings, then parts, then arguments", () => {
    expect(titles("person")).toEqual([
      "Query.person",
      "Person",
      "PersonInput",
      "Query.wildPersonality",
      "Mutation.addPerson",
    ]);
  });

  test("finds arguments and descriptions, and says so", () => {
    expect(searchDocs(schema, "id")[0]).toEqual({
      place: field("Query", "person"),
      title: "Query.person",
      note: "id: Int!",
    });
    expect(searchDocs(schema, "years")).toEqual([
      { place: field("Person", "age"), title: "Person.age", note: "In years." },
    ]);
  });

  test("finds a field by its whole title, and nothing by nothing", () => {
    expect(titles("person.AGE")).toEqual(["Person.age"]);
    expect(titles("  ")).toEqual([]);
    expect(titles("zzz")).toEqual([]);
  });
});
