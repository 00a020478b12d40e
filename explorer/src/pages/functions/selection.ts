import type { TypeInfo } from "../../api/types.ts";
import { innermost, parseType } from "./typeref.ts";
import type { Types } from "./values.ts";

/** A field of a result, asked for; `fields` is null where it has none of its own. */
export interface Selected {
  name: string;
  fields: Selected[] | null;
}

/** What the user chose, by path (`person.address`), where that is not what the page chose. */
export type Choices = { [path: string]: boolean };

/** A row of the tree of fields. */
export interface FieldNode {
  name: string;
  path: string;
  type: string;
  description: string | null;
  /** Whether it has fields of its own. */
  composite: boolean;
  on: boolean;
}

const MOST_FIELDS = 200;
const DEEPEST = 6;
const WITHIN_ITSELF = 2;

/** The fields of a result: all leaves, down to where types repeat themselves or there are too many. */
export function select(result: string, types: Types, choices: Choices): Selected[] | null {
  const name = innermost(parseType(result));
  return objectOf(name, types) ? below([name], "", types, choices, depthFor(name, types)) : null;
}

/** The fields at a path of the tree, `""` for those of the result itself. */
export function fieldsAt(
  result: string,
  path: string,
  types: Types,
  choices: Choices,
): FieldNode[] {
  const root = innermost(parseType(result));
  const depth = depthFor(root, types);
  let ancestors = [root];
  for (const step of path === "" ? [] : path.split(".")) {
    const field = objectOf(last(ancestors), types)?.fields.find((each) => each.name === step);
    if (!field) {
      return [];
    }
    ancestors = [...ancestors, innermost(parseType(field.type))];
  }
  return (objectOf(last(ancestors), types)?.fields ?? []).map((field) => {
    const name = innermost(parseType(field.type));
    const at = path === "" ? field.name : `${path}.${field.name}`;
    const composite = objectOf(name, types) !== null;
    return {
      name: field.name,
      path: at,
      type: field.type,
      description: field.description,
      composite,
      on: choices[at] ?? (!composite || isEntered(ancestors, name, depth)),
    };
  });
}

/** Choices after a field was switched; what was chosen below it is forgotten. */
export function choose(choices: Choices, path: string, on: boolean): Choices {
  const kept = Object.entries(choices).filter(([each]) => !each.startsWith(`${path}.`));
  return { ...Object.fromEntries(kept), [path]: on };
}

/** How many fields are asked for in all. */
export function countFields(selected: Selected[] | null): number {
  return (selected ?? []).reduce((sum, each) => sum + 1 + countFields(each.fields), 0);
}

type ObjectInfo = Extract<TypeInfo, { kind: "object" }>;

function objectOf(name: string, types: Types): ObjectInfo | null {
  const info = Object.hasOwn(types, name) ? types[name] : undefined;
  return info?.kind === "object" ? info : null;
}

function below(
  ancestors: string[],
  path: string,
  types: Types,
  choices: Choices,
  depth: number,
): Selected[] {
  const found: Selected[] = [];
  for (const field of objectOf(last(ancestors), types)?.fields ?? []) {
    const at = path === "" ? field.name : `${path}.${field.name}`;
    const name = innermost(parseType(field.type));
    const composite = objectOf(name, types) !== null;
    if (choices[at] ?? (!composite || isEntered(ancestors, name, depth))) {
      const fields = composite ? below([...ancestors, name], at, types, choices, depth) : null;
      found.push({ name: field.name, fields });
    }
  }
  // An object needs a field; this one it always has.
  return found.length > 0 ? found : [{ name: "__typename", fields: null }];
}

/** Whether an object below others is asked for if nobody says anything. */
function isEntered(ancestors: string[], name: string, depth: number): boolean {
  const times = ancestors.filter((each) => each === name).length;
  return ancestors.length < depth && times < WITHIN_ITSELF;
}

/** The greatest depth in which there are not too many fields. */
function depthFor(root: string, types: Types): number {
  for (let depth = DEEPEST; depth > 1; depth--) {
    if (count([root], types, depth, MOST_FIELDS) <= MOST_FIELDS) {
      return depth;
    }
  }
  return 1;
}

function count(ancestors: string[], types: Types, depth: number, most: number): number {
  let sum = 0;
  for (const field of objectOf(last(ancestors), types)?.fields ?? []) {
    const name = innermost(parseType(field.type));
    if (objectOf(name, types) === null) {
      sum += 1;
    } else if (isEntered(ancestors, name, depth)) {
      sum += 1 + count([...ancestors, name], types, depth, most - sum);
    }
    if (sum > most) {
      return sum;
    }
  }
  return sum;
}

function last(names: string[]): string {
  return names[names.length - 1] as string;
}
