import type { InputField, Json, TypeInfo } from "../../api/types.ts";
import { checked, type Read, readText, startingText, writeText } from "./scalars.ts";
import { parseType, type TypeRef } from "./typeref.ts";

export type Types = Record<string, TypeInfo>;

/**
 * What the form knows of one value. It keeps what was typed while the value is null or left out, and while
 * the function changes: `text` is of scalars and enums, `items` of lists, `fields` of input objects.
 */
export interface Draft {
  given: "value" | "null" | "out";
  text?: string;
  items?: Draft[];
  fields?: Drafts;
}

export type Drafts = { [name: string]: Draft };

/** What is wrong, by the path of the value: `person.tags.0`. */
export type Problems = { [path: string]: string };

export interface Values {
  variables: { [name: string]: Json };
  problems: Problems;
}

/** The form of a type: how it is edited. */
export type Shape =
  | { kind: "list"; item: TypeRef }
  | { kind: "map"; key: InputField; value: InputField; item: TypeRef }
  | { kind: "object"; name: string; fields: InputField[] }
  | { kind: "enum"; name: string; values: { name: string; description: string | null }[] }
  | { kind: "scalar"; name: string };

export function shapeOf(type: TypeRef, types: Types): Shape {
  if (type.kind === "list") {
    const inner = type.item.kind === "named" ? types[type.item.name] : undefined;
    if (inner?.kind === "input" && isPair(inner.name, inner.fields)) {
      const [key, value] = inner.fields as [InputField, InputField];
      return { kind: "map", key, value, item: type.item };
    }
    return { kind: "list", item: type.item };
  }
  const info = Object.hasOwn(types, type.name) ? types[type.name] : undefined;
  switch (info?.kind) {
    case "input":
      return { kind: "object", name: info.name, fields: info.fields };
    case "enum":
      return { kind: "enum", name: info.name, values: info.values };
    default:
      return { kind: "scalar", name: type.name };
  }
}

/** What a field begins with: left out where that is possible, else a value that fits. */
export function startingDraft(field: InputField, types: Types, now = new Date()): Draft {
  return field.required ? startingValue(parseType(field.type), types, now) : { given: "out" };
}

/** A first value of a type, as of a new item of a list. */
export function startingValue(type: TypeRef, types: Types, now = new Date()): Draft {
  const shape = shapeOf(type, types);
  switch (shape.kind) {
    case "list":
    case "map":
      return { given: "value", items: [] };
    case "object": {
      const fields = shape.fields.map((field) => [field.name, startingDraft(field, types, now)]);
      return { given: "value", fields: Object.fromEntries(fields) };
    }
    case "enum":
      return { given: "value", text: shape.values[0]?.name ?? "" };
    case "scalar":
      return { given: "value", text: startingText(shape.name, now) };
  }
}

/** The draft of a field, which may be of another version of the function, or not be there yet. */
export function draftOf(field: InputField, drafts: Drafts | undefined, types: Types): Draft {
  const draft = drafts && Object.hasOwn(drafts, field.name) ? drafts[field.name] : undefined;
  if (!draft) {
    return startingDraft(field, types);
  }
  const isOut = draft.given === "out" && field.required;
  const isNull = draft.given === "null" && !parseType(field.type).nullable;
  return isOut || isNull ? { ...fitting(draft, field, types), given: "value" } : draft;
}

/** Gives every field a draft, and keeps those that fit: the function may have changed since. */
export function completed(fields: InputField[], drafts: Drafts | undefined, types: Types): Drafts {
  return Object.fromEntries(fields.map((field) => [field.name, draftOf(field, drafts, types)]));
}

/** Turns what the form holds into the variables of an operation. */
export function toVariables(fields: InputField[], drafts: Drafts, types: Types): Values {
  const problems: Problems = {};
  return { variables: members(fields, drafts, types, "", problems), problems };
}

/** Checks arguments that were written as JSON, and gives them the form in which they are sent. */
export function checkVariables(fields: InputField[], value: Json, types: Types): Values {
  const problems: Problems = {};
  const variables = checkMembers(fields, value, types, "", problems);
  return { variables: isRecord(variables) ? variables : {}, problems };
}

/** Turns arguments in JSON into what the form holds. */
export function toDrafts(fields: InputField[], value: Json, types: Types): Drafts {
  const given = isRecord(value) ? value : {};
  const drafts: Drafts = {};
  for (const field of fields) {
    const isGiven = Object.hasOwn(given, field.name);
    drafts[field.name] = isGiven
      ? toDraft(given[field.name] ?? null, parseType(field.type), types)
      : { given: "out" };
  }
  return drafts;
}

export function join(path: string, name: string | number): string {
  return path === "" ? String(name) : `${path}.${name}`;
}

function isPair(name: string, fields: InputField[]): boolean {
  const [key, value] = fields;
  return (
    /PairInput$/.test(name) && fields.length === 2 && key?.name === "key" && value?.name === "value"
  );
}

function fitting(draft: Draft, field: InputField, types: Types): Draft {
  const begins = startingValue(parseType(field.type), types);
  return { ...begins, ...draft };
}

function members(
  fields: InputField[],
  drafts: Drafts | undefined,
  types: Types,
  path: string,
  problems: Problems,
): { [name: string]: Json } {
  const values: { [name: string]: Json } = {};
  for (const field of fields) {
    const draft = draftOf(field, drafts, types);
    if (draft.given !== "out") {
      const type = parseType(field.type);
      values[field.name] = jsonOf(draft, type, types, join(path, field.name), problems);
    }
  }
  return values;
}

function jsonOf(draft: Draft, type: TypeRef, types: Types, path: string, problems: Problems): Json {
  if (draft.given === "null") {
    if (!type.nullable) {
      problems[path] = "This may not be null.";
    }
    return null;
  }
  const shape = shapeOf(type, types);
  switch (shape.kind) {
    case "list":
    case "map":
      return (draft.items ?? []).map((item, index) =>
        jsonOf(item, shape.item, types, join(path, index), problems),
      );
    case "object":
      return members(shape.fields, draft.fields, types, path, problems);
    case "enum": {
      const text = draft.text ?? shape.values[0]?.name ?? "";
      return settle(checkEnum(shape.values, text), path, problems);
    }
    case "scalar":
      return settle(
        readText(shape.name, draft.text ?? startingText(shape.name, new Date())),
        path,
        problems,
      );
  }
}

function checkMembers(
  fields: InputField[],
  value: Json,
  types: Types,
  path: string,
  problems: Problems,
): Json {
  if (!isRecord(value)) {
    problems[path] = "Write an object: names and values in braces.";
    return null;
  }
  const known = new Set(fields.map((field) => field.name));
  for (const name of Object.keys(value)) {
    if (!known.has(name)) {
      const names = fields.map((field) => field.name).join(", ") || "none";
      problems[join(path, name)] = `There is no '${name}' here. What there is: ${names}.`;
    }
  }
  const values: { [name: string]: Json } = {};
  for (const field of fields) {
    const at = join(path, field.name);
    if (Object.hasOwn(value, field.name)) {
      const given = value[field.name] ?? null;
      values[field.name] = checkValue(given, parseType(field.type), types, at, problems);
    } else if (field.required) {
      problems[at] = "This has to be given.";
    }
  }
  return values;
}

function checkValue(
  value: Json,
  type: TypeRef,
  types: Types,
  path: string,
  problems: Problems,
): Json {
  if (value === null) {
    if (!type.nullable) {
      problems[path] = "This may not be null.";
    }
    return null;
  }
  const shape = shapeOf(type, types);
  switch (shape.kind) {
    case "list":
    case "map": {
      // GraphQL takes a single value for a list of one.
      const items = Array.isArray(value) ? value : [value];
      return items.map((item, index) =>
        checkValue(item, shape.item, types, join(path, index), problems),
      );
    }
    case "object":
      return checkMembers(shape.fields, value, types, path, problems);
    case "enum":
      return settle(checkEnum(shape.values, value), path, problems);
    case "scalar":
      return settle(checked(shape.name, value), path, problems);
  }
}

function checkEnum(values: { name: string }[], value: Json): Read {
  return values.some((each) => each.name === value)
    ? { value }
    : { problem: `Choose one of ${values.map((each) => each.name).join(", ")}.` };
}

function toDraft(value: Json, type: TypeRef, types: Types): Draft {
  if (value === null) {
    return { given: "null" };
  }
  const shape = shapeOf(type, types);
  switch (shape.kind) {
    case "list":
    case "map": {
      const items = Array.isArray(value) ? value : [value];
      return { given: "value", items: items.map((item) => toDraft(item, shape.item, types)) };
    }
    case "object":
      return { given: "value", fields: toDrafts(shape.fields, value, types) };
    case "enum":
      return { given: "value", text: typeof value === "string" ? value : JSON.stringify(value) };
    case "scalar":
      return { given: "value", text: writeText(shape.name, value) };
  }
}

function settle(read: Read, path: string, problems: Problems): Json {
  if ("problem" in read) {
    problems[path] = read.problem;
    return null;
  }
  return read.value;
}

function isRecord(value: Json): value is { [name: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
