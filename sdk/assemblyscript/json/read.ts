/* Values of JSON, read as the type that is asked for. Their text was checked before. */

import { JSON } from "json-as";
import { Entries } from "./entries";
import { readFloat, readInteger, textOf } from "./number";
import {
  CLOSE_ARRAY,
  COMMA,
  MINUS,
  OPEN_ARRAY,
  OPEN_OBJECT,
  QUOTE,
  checkText,
  endOfValue,
  failAt,
  isDigit,
  peek,
  skipSpace,
} from "./scan";
import { readString } from "./text";

const LETTER_F: u16 = 0x66;
const LETTER_N: u16 = 0x6e;
const LETTER_T: u16 = 0x74;

/** The value that a whole text says. */
export function readText<T>(data: string): T {
  const start = changetype<usize>(data);
  const end = start + (<usize>data.length << 1);
  if (isManaged<T>() && !isString<nonnull<T>>() && !isArray<nonnull<T>>()) {
    const type = changetype<nonnull<T>>(0);
    // A class that reads itself may be written as anything.
    // @ts-ignore: made by the transform
    if (isDefined(type.__JSON_CUSTOM)) return readValue<T>(start, end);
  }
  const to = checkText(start, end);
  return readValue<T>(skipSpace(start, end), to);
}

export function readValue<T>(start: usize, end: usize): T {
  if (!isKind<T>(start, end)) failAt(kindOf<T>(), start, end);
  if (isBoolean<T>()) {
    return <T>(load<u16>(start) == LETTER_T);
  } else if (isInteger<T>()) {
    return readInteger<T>(start, end);
  } else if (isFloat<T>()) {
    return readFloat<T>(start, end);
  } else if (isNullable<T>() && isNull(start, end)) {
    return changetype<T>(0);
  } else if (isString<nonnull<T>>()) {
    return changetype<T>(readString(start, end));
  } else if (isArray<nonnull<T>>()) {
    return changetype<T>(readArray<nonnull<T>>(start, end));
  } else {
    return readReference<T>(start, end);
  }
}

function readReference<T>(start: usize, end: usize): T {
  const type = changetype<nonnull<T>>(0);
  // @ts-ignore: made by the transform
  if (isDefined(type.__DESERIALIZE)) {
    const out = changetype<nonnull<T>>(__new(offsetof<nonnull<T>>(), idof<nonnull<T>>()));
    // @ts-ignore: made by the transform
    if (isDefined(type.__INITIALIZE)) out.__INITIALIZE();
    // @ts-ignore: made by the transform
    return out.__DESERIALIZE(start, end, out);
  } else if (type instanceof Map) {
    return changetype<T>(readMap<nonnull<T>>(start, end));
  } else if (type instanceof Date) {
    // Made anew: what the parser of dates returns can be of a base class.
    const date = Date.fromString(readString(start, end));
    return changetype<T>(new Date(date.getTime()));
  } else if (type instanceof JSON.Raw) {
    return changetype<T>(new JSON.Raw(textOf(start, end)));
  } else if (type instanceof JSON.Value) {
    return changetype<T>(readAny(start, end));
  } else if (type instanceof JSON.Obj) {
    return changetype<T>(readObject(start, end));
  } else if (type instanceof JSON.Box) {
    // @ts-ignore: the type of the box's value is inferred
    return changetype<T>(readBox(start, end, type.value));
  } else if (type instanceof StaticArray) {
    return changetype<T>(StaticArray.fromArray(readArray<Array<valueof<nonnull<T>>>>(start, end)));
  } else {
    throw new Error("JSON cannot be read as " + nameof<T>() + ": write @json before its class");
  }
}

/**
 * Store a value in a field, which `__INITIALIZE` has given its default. A null where the type has
 * none, or a value of another kind, leaves that.
 */
export function readField<T>(object: usize, offset: usize, start: usize, end: usize): void {
  if (isNullable<T>() && isNull(start, end)) {
    store<usize>(object + offset, 0);
    return;
  }
  if (!isKind<T>(start, end)) return;
  const value = readValue<T>(start, end);
  store<T>(object + offset, value);
  if (isManaged<T>()) __link(object, changetype<usize>(value), false);
}

function isNull(start: usize, end: usize): bool {
  return end - start == 8 && load<u16>(start) == LETTER_N;
}

/** Whether a value is written as its type asks for: a string in quotes, an object in braces. */
function isKind<T>(start: usize, end: usize): bool {
  const first = peek(start, end);
  if (isNullable<T>() && isNull(start, end)) return true;
  if (isBoolean<T>()) {
    return first == LETTER_T || first == LETTER_F;
  } else if (isInteger<T>() || isFloat<T>()) {
    return first == MINUS || isDigit(first);
  } else if (isString<nonnull<T>>()) {
    return first == QUOTE;
  } else if (isArray<nonnull<T>>()) {
    return first == OPEN_ARRAY;
  } else {
    const type = changetype<nonnull<T>>(0);
    // @ts-ignore: made by the transform
    if (isDefined(type.__JSON_CUSTOM)) {
      return true;
    } else if (type instanceof JSON.Raw || type instanceof JSON.Value) {
      return first != 0;
    } else if (type instanceof JSON.Box) {
      // @ts-ignore: the type of the box's value is inferred
      return isKindOf(start, end, type.value);
    } else if (type instanceof Date) {
      return first == QUOTE;
    } else if (type instanceof StaticArray) {
      return first == OPEN_ARRAY;
    } else {
      return first == OPEN_OBJECT;
    }
  }
}

// @ts-ignore: decorator
@inline function isKindOf<T>(start: usize, end: usize, _type: T): bool {
  return isKind<T>(start, end);
}

// @ts-ignore: decorator
@inline function readBox<T>(start: usize, end: usize, _type: T): JSON.Box<T> {
  return new JSON.Box<T>(readValue<T>(start, end));
}

function kindOf<T>(): string {
  if (isBoolean<T>()) return "true or false";
  else if (isInteger<T>() || isFloat<T>()) return "a number";
  else if (isString<nonnull<T>>()) return "a string";
  else if (isArray<nonnull<T>>()) return "an array";
  else return "a value of " + nameof<T>();
}

function readArray<T>(start: usize, end: usize): T {
  const out = instantiate<T>();
  let at = skipSpace(start + 2, end);
  while (peek(at, end) != CLOSE_ARRAY) {
    const behind = endOfValue(at, end);
    // @ts-ignore: T is an array
    out.push(readValue<valueof<T>>(at, behind));
    at = skipSpace(behind, end);
    if (peek(at, end) != COMMA) break;
    at = skipSpace(at + 2, end);
  }
  return out;
}

function readMap<T>(start: usize, end: usize): T {
  const out = instantiate<T>();
  const entries = new Entries(start, end);
  while (entries.next()) {
    const value = readValue<valueof<T>>(entries.valueStart, entries.valueEnd);
    if (isString<indexof<T>>()) {
      // @ts-ignore: T is a map
      out.set(entries.key(), value);
    } else {
      // @ts-ignore: T is a map
      out.set(readValue<indexof<T>>(entries.keyStart, entries.keyEnd), value);
    }
  }
  return out;
}

function readObject(start: usize, end: usize): JSON.Obj {
  const out = new JSON.Obj();
  const entries = new Entries(start, end);
  while (entries.next()) {
    out.set(entries.key(), readAny(entries.valueStart, entries.valueEnd));
  }
  return out;
}

function readAny(start: usize, end: usize): JSON.Value {
  const first = peek(start, end);
  if (first == QUOTE) return JSON.Value.from(readString(start, end));
  if (first == OPEN_OBJECT) return JSON.Value.from(readObject(start, end));
  if (first == OPEN_ARRAY) return JSON.Value.from(readArray<JSON.Value[]>(start, end));
  if (first == LETTER_T || first == LETTER_F) return JSON.Value.from<bool>(first == LETTER_T);
  if (first == LETTER_N) return JSON.Value.from<usize>(0);
  return JSON.Value.from(readFloat<f64>(start, end));
}
