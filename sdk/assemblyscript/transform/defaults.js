/* Default values as metadata can say them: those of literals. */

import { LiteralKind, NodeKind } from "./compiler.js";

/** Marks a default that only the function itself can evaluate. */
const UNKNOWN = "";

/** The JSON value of an initializer, or "" if it is not a literal that JSON says exactly. */
export function defaultOf(expression) {
  switch (expression.kind) {
    case NodeKind.True:
      return true;
    case NodeKind.False:
      return false;
    case NodeKind.Null:
      return null;
    case NodeKind.Parenthesized:
      return defaultOf(expression.expression);
    case NodeKind.UnaryPrefix:
      return signed(expression);
    case NodeKind.Literal:
      return literal(expression);
    default:
      return UNKNOWN;
  }
}

/** Whether only the function itself can evaluate a default, or a part of it. */
export function isOwn(expression) {
  if (expression.kind === NodeKind.Parenthesized) return isOwn(expression.expression);
  if (expression.kind === NodeKind.Literal) {
    switch (expression.literalKind) {
      case LiteralKind.String:
        return false;
      case LiteralKind.Template:
        return expression.expressions.length > 0;
      case LiteralKind.Array:
        return expression.elementExpressions.some(isOwn);
    }
  }
  return defaultOf(expression) === UNKNOWN;
}

function literal(expression) {
  switch (expression.literalKind) {
    case LiteralKind.Integer:
      return integer(expression.value);
    case LiteralKind.Float:
      return Number.isFinite(expression.value) ? expression.value : UNKNOWN;
    case LiteralKind.String:
      return expression.value;
    case LiteralKind.Template:
      return expression.expressions.length === 0 ? expression.parts[0] : UNKNOWN;
    case LiteralKind.Array:
      return expression.elementExpressions.map(defaultOf);
    default:
      return UNKNOWN;
  }
}

function signed(expression) {
  const sign = expression.range.source.text[expression.range.start];
  const value = defaultOf(expression.operand);
  if (typeof value !== "number") return UNKNOWN;
  if (sign === "+") return value;
  // JSON.stringify writes a negative zero as 0.
  return sign === "-" && value !== 0 ? -value : UNKNOWN;
}

/** `value` is a Long; its bits are those of an unsigned number. */
function integer(value) {
  const exact = BigInt.asUintN(64, (BigInt(value.high) << 32n) | BigInt(value.low >>> 0));
  return exact <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(exact) : UNKNOWN;
}
