/*
 * Functions that give their results one by one: marked with `@stream`, with a result of the type
 * `Stream<T>`. To the compiler that type is void; values go to the host by `stream.emit`.
 */

import { NodeKind, Source, Tokenizer } from "./compiler.js";
import { reportError } from "./report.js";
import { appSources, nodesIn } from "./source_tree.js";

const SDK = "~lib/@hypermode/modus-sdk-as";
const DECORATOR = "stream";
/** By what name a function reaches the SDK, whatever its file calls it. */
const OWN_NAME = "~stream";

/** Nodes of the types of elements, by the declaration of their function. */
const elements = new Map();

/** Find the functions that stream, and have each say what before it runs. */
export function prepareStreams(parser) {
  for (const source of appSources(parser)) {
    const names = importedNames(source);
    let found = false;
    for (const node of source.statements.flatMap((statement) => [...nodesIn(statement)])) {
      if (isFunction(node)) found = prepare(parser, node, names) || found;
    }
    if (found) source.statements.unshift(importOf(parser, source));
  }
}

/** The type of what a function streams; null if it does not, or if the type cannot be found. */
export function elementOf(program, instance) {
  const node = elements.get(instance.declaration);
  return node ? program.resolver.resolveType(node, null, instance.prototype.parent) : null;
}

/** Report what of a function that streams cannot be a stream; `problemOf` is of its elements. */
export function checkElement(program, name, instance, problemOf) {
  const element = elementOf(program, instance);
  if (!element) return;
  const problem =
    element.toString() === "void"
      ? "is void: a stream has values, such as those of Stream<string>"
      : problemOf(element);
  const { range } = elements.get(instance.declaration);
  if (problem) reportError(program, range, `What the function '${name}' streams ${problem}`);
}

function isFunction(node) {
  return node.kind === NodeKind.FunctionDeclaration || node.kind === NodeKind.MethodDeclaration;
}

function prepare(parser, node, names) {
  const isMarked = node.decorators?.some(({ name }) => name.text === DECORATOR);
  const type = node.signature.returnType;
  const isStream =
    type.kind === NodeKind.NamedType && !type.name.next && names.types.has(type.name.identifier.text);
  if (!isMarked && !isStream) return false;
  const { text } = node.name;
  const refuse = (problem, range) => reportError(parser, range, problem);
  if (node.kind === NodeKind.MethodDeclaration) {
    refuse(`@stream and Stream<T> are for functions, not for methods like ${text}`, node.name.range);
  } else if (!isMarked) {
    refuse(`${text} gives a Stream; write @stream before: export function ${text}`, type.range);
  } else if (!isStream || type.typeArguments?.length !== 1) {
    const advice = `write Stream<T> as its result, where T is the type of one of them`;
    const from = names.types.size ? "" : `; import { stream, Stream } from the SDK`;
    refuse(`@stream says that ${text} gives its results one by one; ${advice}${from}`, node.name.range);
  } else if (node.body) {
    const [element] = type.typeArguments;
    elements.set(node, element);
    typeEmits(node.body, element, names.values);
    node.body.statements.unshift(beginning(parser, node, element));
    return true;
  }
  return false;
}

/** `stream.emit(1)` of a Stream<f64> is stream.emit<f64>(1), and not one of an i32. */
function typeEmits(body, element, values) {
  for (const node of nodesIn(body)) {
    if (node.kind !== NodeKind.Call || node.typeArguments?.length) continue;
    const { kind, expression: owner, property } = node.expression;
    if (kind !== NodeKind.PropertyAccess || property.text !== "emit") continue;
    if (owner.kind === NodeKind.Identifier && values.has(owner.text)) node.typeArguments = [element];
  }
}

/** By what names a file knows the SDK's type `Stream` and its namespace `stream`. */
function importedNames(source) {
  const types = new Set();
  const values = new Set();
  for (const node of source.statements) {
    if (node.kind !== NodeKind.Import || node.internalPath !== SDK) continue;
    for (const { foreignName, name } of node.declarations ?? []) {
      if (foreignName.text === "Stream") types.add(name.text);
      if (foreignName.text === "stream") values.add(name.text);
    }
  }
  return { types, values };
}

function beginning(parser, node, element) {
  const [statement] = parsed(parser, node.range.source, "stream.__begin();");
  const { expression: call } = statement;
  call.typeArguments = [element];
  call.expression.expression.text = OWN_NAME;
  return statement;
}

function importOf(parser, source) {
  const text = 'import { stream as own } from "@hypermode/modus-sdk-as";';
  const [statement] = parsed(parser, source, text);
  statement.declarations[0].name.text = OWN_NAME;
  return statement;
}

function parsed(parser, { sourceKind, normalizedPath }, text) {
  const tokenizer = new Tokenizer(
    new Source(sourceKind, normalizedPath, text),
    parser.diagnostics,
  );
  return [parser.parseTopLevelStatement(tokenizer, null)];
}
