import {
  type GraphQLField,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isLeafType,
  isNonNullType,
  isObjectType,
} from "graphql";
import type { Json } from "../../api/types.ts";
import type { OperationKind } from "./operations.ts";
import { sampleOf } from "./variables.ts";

/** How many levels of objects are asked for. */
const DEEP = 2;

/** An operation that calls a function: its required arguments as variables, and all plain fields. */
export interface Template {
  query: string;
  variables: string;
}

/** The field of a root type; null if the schema has no such field. */
export function templateOf(
  schema: GraphQLSchema,
  kind: OperationKind,
  name: string,
): Template | null {
  const field = rootOf(schema, kind)?.getFields()[name];
  if (field === undefined) {
    return null;
  }
  const needed = field.args.filter(
    (one) => isNonNullType(one.type) && one.defaultValue === undefined,
  );
  const declared = needed.map((one) => `$${one.name}: ${one.type}`).join(", ");
  const passed = needed.map((one) => `${one.name}: $${one.name}`).join(", ");
  const head = `${kind} ${capital(name)}${declared && `(${declared})`}`;
  const call = `${name}${passed && `(${passed})`}`;
  const values: { [name: string]: Json } = {};
  for (const one of needed) {
    values[one.name] = sampleOf(one.type);
  }
  return {
    query: `${head} {\n  ${call}${selection(field.type, "  ", [])}\n}\n`,
    variables: needed.length > 0 ? JSON.stringify(values, null, 2) : "",
  };
}

/** A query to begin with: the first function that needs no arguments, else the first. */
export function firstTemplate(schema: GraphQLSchema): Template | null {
  for (const kind of ["query", "mutation", "subscription"] as const) {
    const fields = Object.values(rootOf(schema, kind)?.getFields() ?? {});
    const field = fields.find((one) => !needsArguments(one)) ?? fields[0];
    if (field !== undefined) {
      return templateOf(schema, kind, field.name);
    }
  }
  return null;
}

function needsArguments(field: GraphQLField<unknown, unknown>): boolean {
  return field.args.some((one) => isNonNullType(one.type) && one.defaultValue === undefined);
}

function rootOf(schema: GraphQLSchema, kind: OperationKind) {
  if (kind === "query") {
    return schema.getQueryType();
  }
  return kind === "mutation" ? schema.getMutationType() : schema.getSubscriptionType();
}

/** Which kind of operation asks for the fields of a type; null if it is no root. */
export function kindOf(schema: GraphQLSchema, type: string): OperationKind | null {
  const kinds = ["query", "mutation", "subscription"] as const;
  return kinds.find((kind) => rootOf(schema, kind)?.name === type) ?? null;
}

function selection(type: GraphQLOutputType, indent: string, within: string[]): string {
  const named = getNamedType(type);
  if (!isObjectType(named)) {
    return "";
  }
  const inside = `${indent}  `;
  const lines: string[] = [];
  for (const field of Object.values(named.getFields())) {
    const of = getNamedType(field.type);
    if (isLeafType(of)) {
      lines.push(field.name);
    } else if (within.length + 1 < DEEP && of.name !== named.name && !within.includes(of.name)) {
      lines.push(field.name + selection(field.type, inside, [...within, named.name]));
    }
  }
  if (lines.length === 0) {
    lines.push("__typename");
  }
  return ` {\n${lines.map((line) => inside + line).join("\n")}\n${indent}}`;
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
