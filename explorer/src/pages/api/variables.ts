import {
  coerceInputValue,
  type GraphQLInputType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  type OperationDefinitionNode,
  typeFromAST,
  valueFromAST,
} from "graphql";
import { parseExactly, writeExactly } from "../../api/exact-json.ts";
import type { Json } from "../../api/types.ts";
import { jsonProblem } from "../../components/JsonEditor/json-problem.ts";

/** A variable that an operation declares. */
export interface Variable {
  name: string;
  /** As the operation has it: `[String!]!`. */
  notation: string;
  /** Null where the schema does not know it. */
  type: GraphQLInputType | null;
  /** Whether a value must be given. */
  required: boolean;
  default: Json | undefined;
}

export function variablesOf(node: OperationDefinitionNode, schema: GraphQLSchema): Variable[] {
  return (node.variableDefinitions ?? []).map((one) => {
    const type = typeFromAST(schema, one.type as never);
    const known = isInputType(type) ? type : null;
    const given = one.defaultValue;
    return {
      name: one.variable.name.value,
      notation: String(type ?? ""),
      type: known,
      required: isNonNullType(known) && given === undefined,
      default: given && known ? (valueFromAST(given, known) as Json | undefined) : undefined,
    };
  });
}

/** The names of the variables of an operation. */
export function variableNames(node: OperationDefinitionNode): string[] {
  return (node.variableDefinitions ?? []).map((one) => one.variable.name.value);
}

/** A value of a type to begin with: empty texts, zeros, and all that input objects require. */
export function sampleOf(type: GraphQLInputType, within: readonly string[] = []): Json {
  if (isNonNullType(type)) {
    return sampleOf(type.ofType, within);
  }
  if (isListType(type)) {
    return [];
  }
  if (isEnumType(type)) {
    return type.getValues()[0]?.name ?? null;
  }
  if (!isInputObjectType(type)) {
    return sampleOfScalar(type.name);
  }
  if (within.includes(type.name)) {
    return null;
  }
  const inside = [...within, type.name];
  const fields = Object.values(type.getFields());
  const needed = fields.filter((one) => isNonNullType(one.type) && one.defaultValue === undefined);
  const shown = within.length === 0 && needed.length === 0 ? fields : needed;
  return Object.fromEntries(shown.map((one) => [one.name, sampleOf(one.type, inside)]));
}

function sampleOfScalar(name: string): Json {
  switch (name) {
    case "Int":
    case "Float":
    case "Int64":
    case "UInt":
    case "UInt64":
      return 0;
    case "Boolean":
      return false;
    case "Timestamp":
      return "2025-01-31T12:00:00Z";
    case "Date":
      return "2025-01-31";
    case "Time":
      return "12:00:00";
    case "UUID":
      return "00000000-0000-0000-0000-000000000000";
    case "Decimal":
      return "0";
    case "JSON":
    case "Void":
      return null;
    case "String":
    case "ID":
      return "";
    default:
      return {};
  }
}

/** The text with the variables that are not in it yet; null if it is no JSON object. */
export function filledIn(text: string, variables: readonly Variable[]): string | null {
  const values = exactVariables(text);
  if (values === null) {
    return null;
  }
  const missing = variables.filter((one) => !Object.hasOwn(values, one.name));
  if (missing.length === 0 && text.trim() !== "") {
    return text;
  }
  const added = missing.map((one) => [
    one.name,
    one.default ?? (one.type === null ? null : sampleOf(one.type)),
  ]);
  return writeExactly({ ...values, ...Object.fromEntries(added) }, 2);
}

/** The variables of a text; none for an empty one, null if it is no JSON object. */
export function parsedVariables(text: string): { [name: string]: Json } | null {
  return variablesBy(JSON.parse, text);
}

/** The same as `parseExactly` reads it, to be sent: no number loses digits. */
export function exactVariables(text: string): { [name: string]: Json } | null {
  return variablesBy(parseExactly, text);
}

function variablesBy(read: (text: string) => Json, text: string): { [name: string]: Json } | null {
  if (text.trim() === "") {
    return {};
  }
  if (jsonProblem(text) !== null) {
    return null;
  }
  const value = read(text);
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : null;
}

/** A value that does not fit, by its path: `["input", "ages", 2]`. */
export interface VariableProblem {
  path: (string | number)[];
  message: string;
  severity: "error" | "warning";
}

/**
 * What is wrong with values for the variables of an operation. `others` are names that other operations
 * of the document declare.
 */
export function variableProblems(
  values: { [name: string]: Json },
  variables: readonly Variable[],
  others: readonly string[] = [],
): VariableProblem[] {
  const problems: VariableProblem[] = [];
  for (const name of Object.keys(values)) {
    if (!variables.some((one) => one.name === name) && !others.includes(name)) {
      const message = `The operation has no variable $${name}.`;
      problems.push({ path: [name], message, severity: "warning" });
    }
  }
  for (const { name, type, notation, required } of variables) {
    const value = values[name];
    if (value === undefined) {
      if (required) {
        const message = `$${name} is missing: ${notation}.`;
        problems.push({ path: [], message, severity: "error" });
      }
    } else if (type !== null) {
      coerceInputValue(value, type, (path, _, error) => {
        problems.push({ path: [name, ...path], message: error.message, severity: "error" });
      });
    }
  }
  return problems;
}
