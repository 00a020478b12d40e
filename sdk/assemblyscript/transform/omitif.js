/*
 * Old sources say when to leave a field out in a string: `@omitif("this.age == 0")`. json-as takes
 * a function now; the string becomes one here, and the author is told what to write.
 */

import {
  DiagnosticCategory,
  DiagnosticCode,
  LiteralKind,
  NodeKind,
  Source,
  Tokenizer,
} from "./compiler.js";

export function rewriteOmitIf(parser) {
  for (const source of parser.sources) {
    if (source.isLibrary) continue;
    for (const statement of classesIn(source.statements)) {
      for (const member of statement.members) {
        for (const decorator of member.decorators ?? []) rewrite(parser, statement, decorator);
      }
    }
  }
}

function* classesIn(statements) {
  for (const statement of statements) {
    if (statement.kind === NodeKind.ClassDeclaration) yield statement;
    if (statement.kind === NodeKind.NamespaceDeclaration) yield* classesIn(statement.members);
  }
}

function rewrite(parser, owner, decorator) {
  if (decorator.name.kind !== NodeKind.Identifier || decorator.name.text !== "omitif") return;
  const [argument] = decorator.args ?? [];
  const isText =
    argument?.kind === NodeKind.Literal && argument.literalKind === LiteralKind.String;
  if (!isText) return;
  const condition = argument.value.replace(/\bthis\b/g, "self");
  const text = `(self: ${owner.name.text}): bool => ${condition}`;
  decorator.args = [parse(parser, text, argument.range)];
  const message = `@omitif with a string is of old versions of json-as; write: @omitif(${text})`;
  parser.emitDiagnostic(
    DiagnosticCode.User_defined_0,
    DiagnosticCategory.Warning,
    decorator.range,
    null,
    message,
  );
}

/** Read an expression; its place, for errors in it, is that of the text that it replaces. */
function parse(parser, text, range) {
  const { sourceKind, normalizedPath } = range.source;
  const tokenizer = new Tokenizer(new Source(sourceKind, normalizedPath, text), parser.diagnostics);
  const expression = parser.parseExpression(tokenizer);
  if (expression === null) throw new Error(`@omitif cannot be read: ${text}`);
  return expression;
}
