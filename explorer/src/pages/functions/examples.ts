import type { FunctionInfo, InputField } from "../../api/types.ts";
import type { Types } from "./values.ts";

/** A field for tests; it has to be given if its type ends in `!` and it has no default. */
export function aField(name: string, type: string, fallback: string | null = null): InputField {
  const required = type.endsWith("!") && fallback === null;
  return { name, type, description: null, default: fallback, required };
}

/** A function for tests. */
export function aFunction(changes: Partial<FunctionInfo> = {}): FunctionInfo {
  return {
    field: "sayHello",
    operation: "query",
    name: "sayHello",
    export: "say_hello",
    description: null,
    arguments: [],
    result: "String!",
    file: "main.py",
    line: 3,
    builtIn: false,
    ...changes,
  };
}

/** Types of an app for tests: a person with friends, a map, an enum, a type without fields. */
export const TYPES: Types = {
  Mood: {
    kind: "enum",
    name: "Mood",
    description: null,
    values: [
      { name: "HAPPY", description: null },
      { name: "SAD", description: "Not happy." },
    ],
  },
  PersonInput: {
    kind: "input",
    name: "PersonInput",
    description: null,
    fields: [
      aField("name", "String!"),
      aField("age", "Int"),
      aField("mood", "Mood!", "HAPPY"),
      aField("tags", "[String!]!", "[]"),
      aField("friends", "[PersonInput!]!"),
      aField("boss", "PersonInput"),
    ],
  },
  StringIntPairInput: {
    kind: "input",
    name: "StringIntPairInput",
    description: null,
    fields: [aField("key", "String!"), aField("value", "Int!")],
  },
  Person: {
    kind: "object",
    name: "Person",
    description: null,
    fields: [
      { name: "name", type: "String!", description: "First and last." },
      { name: "mood", type: "Mood!", description: null },
      { name: "friends", type: "[Person!]!", description: null },
      { name: "address", type: "Address", description: null },
    ],
  },
  Address: {
    kind: "object",
    name: "Address",
    description: null,
    fields: [{ name: "city", type: "String!", description: null }],
  },
  Nothing: { kind: "scalar", name: "Nothing", description: null },
};
