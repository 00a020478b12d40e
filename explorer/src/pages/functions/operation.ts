import type { FunctionInfo, Json } from "../../api/types.ts";
import type { Selected } from "./selection.ts";

/** A request for one function. */
export interface Operation {
  name: string;
  query: string;
  variables: { [name: string]: Json };
}

const WIDTH = 88;

/** Builds the document that calls a function with those of its arguments that have a value. */
export function buildOperation(
  about: Pick<FunctionInfo, "field" | "operation" | "arguments">,
  variables: { [name: string]: Json },
  selected: Selected[] | null,
): Operation {
  const given = about.arguments.filter((each) => Object.hasOwn(variables, each.name));
  const declared = given.map((each) => `$${each.name}: ${each.type}`);
  const passed = given.map((each) => `${each.name}: $${each.name}`);
  const name = about.field.replace(/^[a-z]/, (letter) => letter.toUpperCase());
  const head = list(`${about.operation} ${name}`, declared, "");
  const call = list(`  ${about.field}`, passed, "  ");
  const query = `${head} {\n${call}${selection(selected, "  ")}\n}`;
  return { name, query, variables };
}

function list(before: string, items: string[], indent: string): string {
  if (items.length === 0) {
    return before;
  }
  const line = `${before}(${items.join(", ")})`;
  if (line.length + 2 <= WIDTH) {
    return line;
  }
  return `${before}(\n${items.map((item) => `${indent}  ${item}`).join("\n")}\n${indent})`;
}

function selection(selected: Selected[] | null, indent: string): string {
  if (selected === null) {
    return "";
  }
  const lines = selected.map(
    (each) => `${indent}  ${each.name}${selection(each.fields, `${indent}  `)}`,
  );
  return ` {\n${lines.join("\n")}\n${indent}}`;
}
