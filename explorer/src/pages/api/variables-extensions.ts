import type { CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { jsonLanguage } from "@codemirror/lang-json";
import { syntaxTree } from "@codemirror/language";
import { type Diagnostic, forceLinting, linter } from "@codemirror/lint";
import { type EditorState, type Extension, StateEffect, StateField } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import { getNamedType, isEnumType } from "graphql";
import { parsedVariables, type Variable, variableProblems } from "./variables.ts";

/** The variables of the operation that runs, and the names of those of others. */
export interface Declared {
  own: readonly Variable[];
  others: readonly string[];
}

const setVariables = StateEffect.define<Declared>();

const declared = StateField.define<Declared>({
  create: () => ({ own: [], others: [] }),
  update(value, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(setVariables)) {
        return effect.value;
      }
    }
    return value;
  },
});

/** Tell an editor of variables which ones its operation declares. */
export function showVariables(view: EditorView, variables: Declared): void {
  view.dispatch({ effects: setVariables.of(variables) });
  forceLinting(view);
}

/** Completion and problems for an editor of variables, beside those of JSON. */
export function variablesExtensions(): Extension {
  return [
    declared,
    linter(problems, {
      delay: 300,
      needsRefresh: (update) => update.startState.field(declared) !== update.state.field(declared),
    }),
    jsonLanguage.data.of({ autocomplete: complete }),
  ];
}

function problems(view: EditorView): Diagnostic[] {
  const values = parsedVariables(view.state.doc.toString());
  const { own, others } = view.state.field(declared);
  if (values === null || view.state.doc.toString().trim() === "") {
    return [];
  }
  return variableProblems(values, own, others).map((one) => ({
    ...rangeOf(view.state, one.path),
    message: one.message,
    severity: one.severity,
  }));
}

/** Where the value of a path stands; the whole text where the path is not found. */
export function rangeOf(
  state: EditorState,
  path: readonly (string | number)[],
): { from: number; to: number } {
  let node = syntaxTree(state).topNode.firstChild;
  for (const part of path) {
    const next = typeof part === "number" ? itemOf(node, part) : memberOf(state, node, part);
    if (next === null) {
      break;
    }
    node = next;
  }
  if (node === null) {
    return { from: 0, to: state.doc.length };
  }
  return path.length === 0
    ? { from: node.from, to: node.from + 1 }
    : { from: node.from, to: node.to };
}

type Node = ReturnType<typeof syntaxTree>["topNode"];

function memberOf(state: EditorState, object: Node | null, name: string): Node | null {
  for (let one = object?.firstChild ?? null; one !== null; one = one.nextSibling) {
    if (one.name !== "Property" || one.firstChild === null) {
      continue;
    }
    if (nameAt(state, one.firstChild) === name) {
      return one.lastChild;
    }
  }
  return null;
}

function itemOf(array: Node | null, at: number): Node | null {
  let left = at;
  for (let one = array?.firstChild ?? null; one !== null; one = one.nextSibling) {
    if (/^[A-Z]/.test(one.name) && left-- === 0) {
      return one;
    }
  }
  return null;
}

function nameAt(state: EditorState, node: Node): string | null {
  try {
    return JSON.parse(state.sliceDoc(node.from, node.to)) as string;
  } catch {
    return null;
  }
}

/** Names of variables that are not given yet, and the values of enums. */
function complete(context: CompletionContext): CompletionResult | null {
  const node = syntaxTree(context.state).resolveInner(context.pos, -1);
  const word = context.matchBefore(/"?[\w$]*/);
  if (word === null || (word.from === word.to && !context.explicit)) {
    return null;
  }
  const variables = context.state.field(declared).own;
  const property = closest(node, "Property");
  const isValue =
    property !== null && /:\s*"?\w*$/.test(context.state.sliceDoc(property.from, context.pos));
  if (isValue) {
    return ofEnum(context, property, variables, word.from);
  }
  const object = closest(node, "Object");
  if (object === null || closest(object.parent, "Object") !== null) {
    return null;
  }
  const given = new Set(Object.keys(parsedVariables(context.state.doc.toString()) ?? {}));
  const options = variables
    .filter((one) => !given.has(one.name))
    .map((one) => ({ label: `"${one.name}"`, apply: `"${one.name}": `, detail: one.notation }));
  return { from: word.from, to: closing(context), options, validFor: /^"?[\w$]*$/ };
}

function ofEnum(
  context: CompletionContext,
  property: Node,
  variables: readonly Variable[],
  from: number,
): CompletionResult | null {
  const name = property.firstChild && nameAt(context.state, property.firstChild);
  const type = getNamedType(variables.find((one) => one.name === name)?.type);
  if (!isEnumType(type)) {
    return null;
  }
  const options = type.getValues().map((one) => ({
    label: JSON.stringify(one.name),
    ...(one.description ? { info: one.description } : {}),
  }));
  return { from, to: closing(context), options, validFor: /^"?\w*$/ };
}

/** After the closing quote that the editor has typed by itself. */
function closing(context: CompletionContext): number {
  return context.state.sliceDoc(context.pos, context.pos + 1) === '"'
    ? context.pos + 1
    : context.pos;
}

function closest(node: Node | null, name: string): Node | null {
  for (let one = node; one !== null; one = one.parent) {
    if (one.name === name) {
      return one;
    }
  }
  return null;
}
