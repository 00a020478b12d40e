/*
 * JSON texts as such: the values that go to the host, and the parts of those that come from it.
 * Reading a value into a type is the work of json-as.
 */

import { JSON } from "json-as";
import { bs } from "json-as/lib/as-bs";

import * as base64 from "./base64";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const BRACE = 0x7b;
const BRACE_END = 0x7d;
const BRACKET = 0x5b;
const BRACKET_END = 0x5d;

/** The JSON text of a parameter for a query. Throws for a number that JSON does not have. */
export function jsonOf<T>(value: T): string {
  if (isFloat<T>()) {
    if (!isFinite<T>(value)) throw new Error("A parameter must be a finite number.");
    return JSON.stringify<T>(value);
  } else if (isBoolean<T>() || isInteger<T>() || isString<T>()) {
    return JSON.stringify<T>(value);
  } else {
    if (changetype<usize>(value) == 0) return "null";
    if (value instanceof Uint8Array) {
      return '"' + base64.encode(changetype<Uint8Array>(value)) + '"';
    } else if (value instanceof ArrayBuffer) {
      return '"' + base64.encode(Uint8Array.wrap(changetype<ArrayBuffer>(value))) + '"';
    } else if (value instanceof Date) {
      return '"' + changetype<Date>(value).toISOString() + '"';
    } else {
      return JSON.stringify<T>(value);
    }
  }
}

/**
 * One value of a JSON text, in the type that the app asks for. More forgiving than json-as where
 * databases differ: a whole number may be written as `3.0` or in quotes, a truth value as 0 or 1.
 */
export function valueOf<T>(text: string): T {
  if (isBoolean<T>()) {
    if (text == "true" || text == "1") return <T>true;
    if (text == "false" || text == "0") return <T>false;
    throw mismatch(text, "a boolean");
  } else if (isInteger<T>()) {
    const digits = unquoted(text);
    if (!isNumber(digits)) throw mismatch(text, "a number");
    return isWhole(digits) ? JSON.parse<T>(digits) : <T>f64.parse(digits);
  } else if (isFloat<T>()) {
    const digits = unquoted(text);
    if (!isNumber(digits)) throw mismatch(text, "a number");
    return JSON.parse<T>(digits);
  } else {
    if (text == "null") {
      if (isNullable<T>()) return changetype<T>(0);
      if (!isRaw<T>()) throw mismatch(text, nameof<T>());
    }
    if (isString<T>()) {
      if (text.charCodeAt(0) != QUOTE) throw mismatch(text, "a string");
    }
    return JSON.parse<T>(readable(text));
  }
}

/** The values of a JSON object by name, each as JSON text. */
export function membersOf(text: string): Map<string, string> {
  const members = new Map<string, string>();
  let at = pastSpace(text, 0);
  expect(text, at, BRACE);
  at = pastSpace(text, at + 1);
  if (at < text.length && text.charCodeAt(at) == BRACE_END) return members;
  while (true) {
    expect(text, at, QUOTE);
    const keyEnd = pastValue(text, at);
    const key = JSON.parse<string>(readable(text.substring(at, keyEnd)));
    at = pastSpace(text, keyEnd);
    expect(text, at, 0x3a); // :
    at = pastSpace(text, at + 1);
    const end = pastValue(text, at);
    members.set(key, text.substring(at, end));
    at = pastSpace(text, end);
    if (at < text.length && text.charCodeAt(at) == BRACE_END) return members;
    expect(text, at, 0x2c); // ,
    at = pastSpace(text, at + 1);
  }
}

/** The values of a JSON array, each as JSON text. */
export function elementsOf(text: string): string[] {
  const elements: string[] = [];
  let at = pastSpace(text, 0);
  expect(text, at, BRACKET);
  at = pastSpace(text, at + 1);
  if (at < text.length && text.charCodeAt(at) == BRACKET_END) return elements;
  while (true) {
    const end = pastValue(text, at);
    elements.push(text.substring(at, end));
    at = pastSpace(text, end);
    if (at < text.length && text.charCodeAt(at) == BRACKET_END) return elements;
    expect(text, at, 0x2c); // ,
    at = pastSpace(text, at + 1);
  }
}

/**
 * The same JSON in a spelling that json-as 1.2.3 reads rightly. Its readers look for the end of a
 * value by counting brackets, also those in strings, and take each quote after a backslash for
 * an escaped one; so strings must hold neither. It reads `\/` as a zero, too.
 */
export function readable(text: string): string {
  const length = text.length;
  let inString = false;
  let done = 0;
  let out: string[] | null = null;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    let skip = 1;
    let spelling: string;
    if (!inString) {
      if (code == QUOTE) inString = true;
      continue;
    } else if (code == BACKSLASH) {
      skip = 2;
      switch (i + 1 < length ? text.charCodeAt(i + 1) : 0) {
        case QUOTE:
          spelling = "\\u0022";
          break;
        case BACKSLASH:
          spelling = "\\u005c";
          break;
        case 0x2f:
          spelling = "/";
          break;
        default:
          i++;
          continue;
      }
    } else if (code == QUOTE) {
      inString = false;
      continue;
    } else if (code == BRACE) {
      spelling = "\\u007b";
    } else if (code == BRACE_END) {
      spelling = "\\u007d";
    } else if (code == BRACKET) {
      spelling = "\\u005b";
    } else if (code == BRACKET_END) {
      spelling = "\\u005d";
    } else {
      continue;
    }
    if (out === null) out = [];
    out.push(text.substring(done, i));
    out.push(spelling);
    i += skip - 1;
    done = i + 1;
  }
  if (out === null) return text;
  out.push(text.substring(done));
  return out.join("");
}

/**
 * Makes room in json-as's buffer for the text of a custom serializer, and gives the text back:
 * json-as 1.2.3 copies it without looking whether it fits.
 */
export function reserved(text: string): string {
  const size = <u32>text.length << 1;
  bs.proposeSize(size);
  bs.ensureSize(size);
  return text;
}

function isRaw<T>(): bool {
  return idof<nonnull<T>>() == idof<JSON.Raw>();
}

function unquoted(text: string): string {
  const last = text.length - 1;
  const isQuoted = last > 0 && text.charCodeAt(0) == QUOTE && text.charCodeAt(last) == QUOTE;
  return isQuoted ? text.substring(1, last) : text;
}

function isNumber(text: string): bool {
  const first = text.length > 0 ? text.charCodeAt(0) : 0;
  const digit = first == 0x2d && text.length > 1 ? text.charCodeAt(1) : first;
  return digit >= 0x30 && digit <= 0x39;
}

function isWhole(digits: string): bool {
  for (let i = 0; i < digits.length; i++) {
    const code = digits.charCodeAt(i);
    if (code != 0x2d && (code < 0x30 || code > 0x39)) return false;
  }
  return true;
}

function mismatch(text: string, expected: string): Error {
  return new Error("Expected " + expected + ", found " + excerpt(text) + ".");
}

function excerpt(text: string): string {
  return text.length > 40 ? text.substring(0, 40) + "…" : text;
}

function expect(text: string, at: i32, code: i32): void {
  if (at >= text.length || text.charCodeAt(at) != code) {
    const wanted = String.fromCharCode(code);
    throw new Error("Invalid JSON: expected '" + wanted + "' at position " + at.toString() + ".");
  }
}

function pastSpace(text: string, at: i32): i32 {
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code != 0x20 && code != 0x0a && code != 0x0d && code != 0x09) break;
    at++;
  }
  return at;
}

/** Where the value that starts at a place has ended. */
function pastValue(text: string, start: i32): i32 {
  const length = text.length;
  let depth = 0;
  let inString = false;
  for (let i = start; i < length; i++) {
    const code = text.charCodeAt(i);
    if (inString) {
      if (code == BACKSLASH) {
        i++;
      } else if (code == QUOTE) {
        inString = false;
        if (depth == 0) return i + 1;
      }
    } else if (code == QUOTE) {
      inString = true;
    } else if (code == BRACE || code == BRACKET) {
      depth++;
    } else if (code == BRACE_END || code == BRACKET_END) {
      if (depth == 0) return i;
      if (--depth == 0) return i + 1;
    } else if (depth == 0 && (code == 0x2c || code <= 0x20)) {
      return i;
    }
  }
  if (inString || depth > 0 || start >= length) throw new Error("Invalid JSON: it ends too soon.");
  return length;
}
