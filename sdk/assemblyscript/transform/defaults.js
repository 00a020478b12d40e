/* Default values as metadata can say them: those of literals. */

import { LiteralKind, NodeKind } from "./compiler.js";

/** Marks a default that only the function itself can evaluate. */
const UNKNOWN = "";

/** The JSON value of an initializer, or "" if it is anything but a literal. */
export function defaultOf(expression) {
  switch (expression.kind) {
    case NodeKind.True:
      return true;
    case NodeKind.False:
      return false;
    case NodeKind.Null:
      return null;
    case NodeKind.UnaryPrefix:
      return negative(expression);
    case NodeKind.Literal:
      return literal(expression);
    default:
      return UNKNOWN;
  }
}

function literal(expression) {
  switch (expression.literalKind) {
    case LiteralKind.Integer:
      return integer(BigInt.asUintN(64, BigInt(i64Of(expression.value))));
    case LiteralKind.Float:
      return expression.value;
    case LiteralKind.String:
      return expression.value;
    case LiteralKind.Array:
      return expression.elementExpressions.map(defaultOf);
    default:
      return UNKNOWN;
  }
}

function negative(expression) {
  const text = expression.range.source.text.slice(expression.range.start, expression.range.end);
  const value = defaultOf(expression.operand);
  return text.startsWith("-") && typeof value === "number" ? -value : UNKNOWN;
}

/** The compiler runs with 64-bit integers as bigints or as objects of two halves. */
function i64Of(value) {
  return typeof value === "bigint" ? value : (BigInt(value.high) << 32n) | BigInt(value.low >>> 0);
}

function integer(value) {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : UNKNOWN;
}
