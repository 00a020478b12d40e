/*
 * Single values as JSON texts: parameters that go to the host, and values that come from it. All
 * other reading and writing of JSON is the work of json-as.
 */

import { JSON } from "json-as";

import * as base64 from "./base64";

const QUOTE = 0x22;

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
 * databases differ: a number may be in quotes, a truth value written as 0 or 1. Bytes are read from
 * base64, as `jsonOf` writes them.
 */
export function valueOf<T>(text: string): T {
  if (isBoolean<T>()) {
    if (text == "true" || text == "1") return <T>true;
    if (text == "false" || text == "0") return <T>false;
    throw new Error(mismatch(text, "a boolean"));
  } else if (isInteger<T>() || isFloat<T>()) {
    const digits = unquoted(text);
    if (!isNumber(digits)) throw new Error(mismatch(text, "a number"));
    return JSON.parse<T>(digits);
  } else {
    if (text == "null") {
      if (isNullable<T>()) return changetype<T>(0);
      if (!isAny<T>()) throw new Error(mismatch(text, nameof<T>()));
    }
    if (isString<T>()) {
      if (text.charCodeAt(0) != QUOTE) throw new Error(mismatch(text, "a string"));
      return JSON.parse<T>(text);
    } else if (idof<nonnull<T>>() == idof<Uint8Array>()) {
      return changetype<T>(bytesOf(text));
    } else if (idof<nonnull<T>>() == idof<ArrayBuffer>()) {
      return changetype<T>(bytesOf(text).buffer);
    } else {
      return JSON.parse<T>(text);
    }
  }
}

function bytesOf(text: string): Uint8Array {
  if (text.charCodeAt(0) != QUOTE) throw new Error(mismatch(text, "bytes in base64"));
  return base64.decode(JSON.parse<string>(text));
}

/** Whether a type can hold any JSON, null as well. */
function isAny<T>(): bool {
  return idof<nonnull<T>>() == idof<JSON.Raw>() || idof<nonnull<T>>() == idof<JSON.Value>();
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

/** The message; the compiler keeps that of `throw new Error(...)` only. */
function mismatch(text: string, expected: string): string {
  return "Expected " + expected + ", found " + excerpt(text) + ".";
}

function excerpt(text: string): string {
  return text.length > 40 ? text.substring(0, 40) + "…" : text;
}
