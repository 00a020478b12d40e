import type { Json } from "./types.ts";

/**
 * JSON whose numbers keep all of their digits.
 *
 * A number of JavaScript has about 16 of them. One that would lose some is read as text with a mark, and
 * whoever knows the type that it is for decides what becomes of it (`digitsOf`).
 */

const MARK = "\u0000digits:";
const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const WRITTEN_MARKS = /"\\u0000digits:(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)"/g;
/** No number without so many digits in a row, a point among them or not, can lose one. */
const LONG_NUMBER = /\d[\d.]{15}/;
const NUMBERS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gs;

/** Reads JSON; throws a SyntaxError. */
export function parseExactly(text: string): Json {
  const plain: Json = JSON.parse(text);
  if (!LONG_NUMBER.test(text)) {
    return plain;
  }
  let marked = false;
  const kept = text.replace(NUMBERS, (token) => {
    if (token.startsWith('"') || keepsDigits(token)) {
      return token;
    }
    marked = true;
    return JSON.stringify(MARK + token);
  });
  return marked ? JSON.parse(kept) : plain;
}

/** The digits of a number that `parseExactly` marked; null for all else. */
export function digitsOf(value: unknown): string | null {
  return typeof value === "string" &&
    value.startsWith(MARK) &&
    NUMBER.test(value.slice(MARK.length))
    ? value.slice(MARK.length)
    : null;
}

/** Writes JSON with the numbers that `parseExactly` marked as they were. */
export function writeExactly(value: unknown, indent?: number): string {
  // Undefined for what JSON has no form of, as `JSON.stringify` says.
  const text = JSON.stringify(value, null, indent) as string | undefined;
  return text?.replace(WRITTEN_MARKS, "$1") ?? "null";
}

/** Whether a number as JavaScript reads it is the one that stands in a text. */
export function keepsDigits(text: string): boolean {
  const digits = text.replace(/[eE].*$/, "").replace(/^-?0*\.?0*|\.|^-/g, "");
  if (digits.replace(/0+$/, "").length <= 15) {
    return true;
  }
  return (
    String(Number(text)) === text && (/[.eE]/.test(text) || Number.isSafeInteger(Number(text)))
  );
}

/** The first number in a value that was marked, with what leads to it. */
export function firstMarked(value: Json): string | null {
  const left: Json[] = [value];
  while (left.length > 0) {
    const next = left.pop() as Json;
    const digits = digitsOf(next);
    if (digits !== null) {
      return digits;
    }
    if (typeof next === "object" && next !== null) {
      left.push(...Object.values(next));
    }
  }
  return null;
}
