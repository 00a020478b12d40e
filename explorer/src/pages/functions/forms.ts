import type { Signal } from "@preact/signals";
import { state } from "../../api/events.ts";
import { parseExactly } from "../../api/exact-json.ts";
import type { FunctionInfo, Json } from "../../api/types.ts";
import { persisted } from "../../state/persist.ts";
import type { Choices } from "./selection.ts";
import {
  checkVariables,
  completed,
  type Drafts,
  type Types,
  toDrafts,
  toVariables,
  type Values,
} from "./values.ts";

/** What was typed for a function; it survives reloads. */
export interface Form {
  drafts: Drafts;
  choices: Choices;
  /** The arguments as JSON, while they are edited so. */
  json: string | null;
}

const EMPTY: Form = { drafts: {}, choices: {}, json: null };

/** How a function is named in addresses: `query.person`. */
export function keyOf(about: Pick<FunctionInfo, "operation" | "field">): string {
  return `${about.operation}.${about.field}`;
}

/** The form of a function. Several apps may be served at one address, one after another. */
export function formOf(about: FunctionInfo): Signal<Form> {
  return persisted<Form>(`functions.${state.peek()?.app ?? ""}.${keyOf(about)}`, EMPTY, {
    valid: isForm,
  });
}

/** The variables that a form stands for, and what keeps them from being sent. */
export function valuesOf(about: FunctionInfo, form: Form, types: Types): Values {
  if (form.json === null) {
    return toVariables(about.arguments, form.drafts, types);
  }
  const read = readJson(form.json);
  return "problem" in read
    ? { variables: {}, problems: { "": read.problem } }
    : checkVariables(about.arguments, read.value, types);
}

/** The form with a draft for each argument, so that what the page made up stays what it is. */
export function filled(about: FunctionInfo, form: Form, types: Types): Form {
  return { ...form, drafts: completed(about.arguments, form.drafts, types) };
}

/** The form, edited as JSON from now on. */
export function asJson(about: FunctionInfo, form: Form, types: Types): Form {
  const { variables } = toVariables(about.arguments, form.drafts, types);
  return { ...form, json: JSON.stringify(variables, null, 2) };
}

/** The form, edited field by field from now on; null while its JSON does not fit. */
export function asFields(about: FunctionInfo, form: Form, types: Types): Form | null {
  const read = readJson(form.json ?? "{}");
  if ("problem" in read) {
    return null;
  }
  const { problems } = checkVariables(about.arguments, read.value, types);
  return Object.keys(problems).length > 0
    ? null
    : { ...form, json: null, drafts: toDrafts(about.arguments, read.value, types) };
}

function readJson(text: string): { value: Json } | { problem: string } {
  if (text.trim() === "") {
    return { value: {} };
  }
  try {
    return { value: parseExactly(text) };
  } catch {
    return { problem: "This is not JSON." };
  }
}

function isForm(found: unknown): boolean {
  const form = found as Partial<Form> | null;
  return (
    typeof form === "object" &&
    form !== null &&
    isDrafts(form.drafts) &&
    typeof form.choices === "object" &&
    form.choices !== null &&
    (form.json === null || typeof form.json === "string")
  );
}

function isDrafts(found: unknown): boolean {
  return (
    typeof found === "object" &&
    found !== null &&
    Object.values(found).every((draft: Partial<Drafts[string]> | null) => {
      const { given, text, items, fields } = draft ?? {};
      return (
        (given === "value" || given === "null" || given === "out") &&
        (text === undefined || typeof text === "string") &&
        (items === undefined || (Array.isArray(items) && isDrafts(items))) &&
        (fields === undefined || isDrafts(fields))
      );
    })
  );
}
