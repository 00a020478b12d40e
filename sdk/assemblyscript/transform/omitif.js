/*
 * Old sources say when to leave a field out in a string: `@omitif("this.age == 0")`. json-as takes
 * a function now; the string becomes one here, and the author is told what to write.
 */

import { LiteralKind, NodeKind, Source, Tokenizer } from "./compiler.js";
import { reportError, reportWarning } from "./report.js";
import { appSources, classesIn } from "./source_tree.js";

export function rewriteOmitIf(parser) {
  for (const source of appSources(parser)) {
    for (const declaration of classesIn(source.statements)) {
      for (const member of declaration.members) {
        for (const decorator of member.decorators ?? []) rewrite(parser, declaration, decorator);
      }
    }
  }
}

function rewrite(parser, owner, decorator) {
  if (decorator.name.kind !== NodeKind.Identifier || decorator.name.text !== "omitif") return;
  const [argument] = decorator.args ?? [];
  const isText =
    argument?.kind === NodeKind.Literal && argument.literalKind === LiteralKind.String;
  if (!isText) return;
  const text = `(self: ${typeOf(owner)}): bool => ${argument.value.replace(/\bthis\b/g, "self")}`;
  const expression = parse(parser, text, argument.range);
  if (!expression) {
    const problem = `The condition of @omitif cannot be read: ${argument.value}`;
    reportError(parser, argument.range, problem);
    return;
  }
  decorator.args = [expression];
  const advice = `@omitif takes a function instead of a string; write: @omitif(${text})`;
  reportWarning(parser, argument.range, advice);
}

function typeOf(owner) {
  const parameters = (owner.typeParameters ?? []).map((parameter) => parameter.name.text);
  return parameters.length ? `${owner.name.text}<${parameters.join(", ")}>` : owner.name.text;
}

/** Read an expression; null if that fails. Its place is that of the text that it replaces. */
function parse(parser, text, range) {
  const { source, start } = range;
  const padded = source.text.slice(0, start).replace(/[^\n]/g, " ") + text;
  const tokenizer = new Tokenizer(
    new Source(source.sourceKind, source.normalizedPath, padded),
    parser.diagnostics,
  );
  return parser.parseExpression(tokenizer);
}
