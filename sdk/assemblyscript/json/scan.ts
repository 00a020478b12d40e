/*
 * Finds the parts of a JSON text (RFC 8259). Positions are addresses of UTF-16 units in memory;
 * `end` is the first address behind the text, which nothing here reads.
 */

/** Deeper texts are refused: every level takes space on the stack. */
const MAX_DEPTH: i32 = 200;

export const QUOTE: u16 = 0x22;
export const BACKSLASH: u16 = 0x5c;
export const OPEN_OBJECT: u16 = 0x7b;
export const CLOSE_OBJECT: u16 = 0x7d;
export const OPEN_ARRAY: u16 = 0x5b;
export const CLOSE_ARRAY: u16 = 0x5d;
export const COMMA: u16 = 0x2c;
export const COLON: u16 = 0x3a;
export const MINUS: u16 = 0x2d;
const PLUS: u16 = 0x2b;
const POINT: u16 = 0x2e;
const ZERO: u16 = 0x30;

let textStart: usize = 0;

/** Where the one value of a text ends, once all of it is known to be right. Throws if it is not. */
export function checkText(start: usize, end: usize): usize {
  textStart = start;
  const from = skipSpace(start, end);
  const to = checkValue(from, end, 0);
  const rest = skipSpace(to, end);
  if (rest < end) failAt("the end", rest, end);
  return to;
}

export function skipSpace(at: usize, end: usize): usize {
  while (at < end && isSpace(load<u16>(at))) at += 2;
  return at;
}

/** The unit at an address, or 0 behind the end. */
export function peek(at: usize, end: usize): u16 {
  return at < end ? load<u16>(at) : 0;
}

/** Behind the closing quote of the string that begins at `at`. */
export function endOfString(at: usize, end: usize): usize {
  at += 2;
  while (at < end) {
    const code = load<u16>(at);
    if (code == QUOTE) return at + 2;
    at += code == BACKSLASH ? 4 : 2;
  }
  throw new Error(problem("the end of a string", end, end));
}

/** Behind the value that begins at `at`, of a text that was checked. */
export function endOfValue(at: usize, end: usize): usize {
  const first = peek(at, end);
  if (first == QUOTE) return endOfString(at, end);
  if (first != OPEN_OBJECT && first != OPEN_ARRAY) {
    const start = at;
    while (at < end && !endsScalar(load<u16>(at))) at += 2;
    if (at == start) failAt("a value", at, end);
    return at;
  }
  let depth = 0;
  while (at < end) {
    const code = load<u16>(at);
    if (code == QUOTE) {
      at = endOfString(at, end);
      continue;
    }
    at += 2;
    if (code == OPEN_OBJECT || code == OPEN_ARRAY) depth++;
    else if ((code == CLOSE_OBJECT || code == CLOSE_ARRAY) && --depth == 0) return at;
  }
  throw new Error(problem("the end of an object or array", end, end));
}

export function failAt(expected: string, at: usize, end: usize): void {
  throw new Error(problem(expected, at, end));
}

export function isDigit(code: u16): bool {
  return code >= ZERO && code <= ZERO + 9;
}

/** The message; the compiler keeps that of `throw new Error(...)` only. */
function problem(expected: string, at: usize, end: usize): string {
  const found = at < end ? "found '" + String.fromCharCode(load<u16>(at)) + "'" : "it ends here";
  const position = at >= textStart ? ((at - textStart) >> 1).toString() : "?";
  return "This is not JSON: expected " + expected + " at position " + position + ", " + found;
}

function isSpace(code: u16): bool {
  return code == 0x20 || code == 0x0a || code == 0x0d || code == 0x09;
}

function endsScalar(code: u16): bool {
  return code == COMMA || code == CLOSE_OBJECT || code == CLOSE_ARRAY || isSpace(code);
}

function checkValue(at: usize, end: usize, depth: i32): usize {
  const first = peek(at, end);
  if (first == QUOTE) return checkString(at, end);
  if (first == OPEN_OBJECT) return checkObject(at, end, deeper(depth));
  if (first == OPEN_ARRAY) return checkArray(at, end, deeper(depth));
  if (first == MINUS || isDigit(first)) return checkNumber(at, end);
  if (first == 0x74) return checkWord(at, end, "true");
  if (first == 0x66) return checkWord(at, end, "false");
  if (first == 0x6e) return checkWord(at, end, "null");
  throw new Error(problem("a value", at, end));
}

function deeper(depth: i32): i32 {
  if (depth >= MAX_DEPTH) {
    throw new Error("This JSON nests too deeply: more than " + MAX_DEPTH.toString() + " levels");
  }
  return depth + 1;
}

function checkObject(at: usize, end: usize, depth: i32): usize {
  at = skipSpace(at + 2, end);
  if (peek(at, end) == CLOSE_OBJECT) return at + 2;
  while (true) {
    if (peek(at, end) != QUOTE) failAt("a key", at, end);
    at = skipSpace(checkString(at, end), end);
    if (peek(at, end) != COLON) failAt("':'", at, end);
    at = skipSpace(checkValue(skipSpace(at + 2, end), end, depth), end);
    const next = peek(at, end);
    if (next == CLOSE_OBJECT) return at + 2;
    if (next != COMMA) failAt("',' or '}'", at, end);
    at = skipSpace(at + 2, end);
  }
}

function checkArray(at: usize, end: usize, depth: i32): usize {
  at = skipSpace(at + 2, end);
  if (peek(at, end) == CLOSE_ARRAY) return at + 2;
  while (true) {
    at = skipSpace(checkValue(at, end, depth), end);
    const next = peek(at, end);
    if (next == CLOSE_ARRAY) return at + 2;
    if (next != COMMA) failAt("',' or ']'", at, end);
    at = skipSpace(at + 2, end);
  }
}

function checkString(at: usize, end: usize): usize {
  at += 2;
  while (at < end) {
    const code = load<u16>(at);
    if (code == QUOTE) return at + 2;
    if (code < 0x20) failAt("no control character in a string", at, end);
    at = code == BACKSLASH ? checkEscape(at + 2, end) : at + 2;
  }
  throw new Error(problem("the end of a string", end, end));
}

function checkEscape(at: usize, end: usize): usize {
  switch (peek(at, end)) {
    case 0x22: // "
    case 0x5c: // \
    case 0x2f: // /
    case 0x62: // b
    case 0x66: // f
    case 0x6e: // n
    case 0x72: // r
    case 0x74: // t
      return at + 2;
    case 0x75: // u
      for (let count = 0; count < 4; count++) {
        at += 2;
        if (hexDigit(peek(at, end)) < 0) failAt("a hexadecimal digit", at, end);
      }
      return at + 2;
    default:
      throw new Error(problem("an escape that JSON knows", at, end));
  }
}

/** The value of a hexadecimal digit, or -1. */
export function hexDigit(code: u16): i32 {
  if (isDigit(code)) return code - ZERO;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x61 + 10 : -1;
}

function checkNumber(at: usize, end: usize): usize {
  if (peek(at, end) == MINUS) at += 2;
  if (peek(at, end) == ZERO) at += 2;
  else at = checkDigits(at, end);
  if (peek(at, end) == POINT) at = checkDigits(at + 2, end);
  if ((peek(at, end) | 0x20) == 0x65) {
    at += 2;
    const sign = peek(at, end);
    at = checkDigits(sign == PLUS || sign == MINUS ? at + 2 : at, end);
  }
  return at;
}

function checkDigits(at: usize, end: usize): usize {
  if (!isDigit(peek(at, end))) failAt("a digit", at, end);
  while (isDigit(peek(at, end))) at += 2;
  return at;
}

function checkWord(at: usize, end: usize, word: string): usize {
  const size = <usize>word.length << 1;
  if (at + size > end || memory.compare(at, changetype<usize>(word), size) != 0) {
    failAt(word, at, end);
  }
  return at + size;
}
