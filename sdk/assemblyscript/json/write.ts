/* Values written as JSON, into the buffer `bs`. */

import { bs } from "json-as/lib/as-bs";
import { dtoa_buffered, itoa_buffered } from "util/number";
import { JSON } from "json-as";
import { CLOSE_ARRAY, CLOSE_OBJECT, COLON, COMMA, OPEN_ARRAY, OPEN_OBJECT, QUOTE } from "./scan";
import { writeString } from "./text";

/** Enough for every number, in bytes. */
const LONGEST_NUMBER: u32 = 64;

/** A value's JSON. Safe to call while another value is being written. */
export function writeText<T>(value: T): string {
  const begin = bs.offset - changetype<usize>(bs.buffer);
  writeValue<T>(value);
  const start = changetype<usize>(bs.buffer) + begin;
  const size = bs.offset - start;
  const out = changetype<string>(__new(size, idof<string>()));
  memory.copy(changetype<usize>(out), start, size);
  bs.offset = start;
  if (begin == 0) bs.release();
  return out;
}

export function writeValue<T>(value: T): void {
  if (isBoolean<T>()) {
    writeRaw(value ? "true" : "false");
  } else if (isInteger<T>()) {
    // How JSON.Value says null.
    if (nameof<T>() == "usize" && !value) writeRaw("null");
    else writeInteger<T>(value);
  } else if (isFloat<T>()) {
    writeFloat<T>(value);
  } else if (changetype<usize>(value) == 0) {
    writeRaw("null");
  } else if (isString<nonnull<T>>()) {
    writeString(changetype<string>(value));
  } else {
    writeReference<nonnull<T>>(changetype<nonnull<T>>(value));
  }
}

function writeReference<T>(value: T): void {
  // @ts-ignore: made by the transform
  if (isDefined(value.__SERIALIZE)) {
    // @ts-ignore: made by the transform
    value.__SERIALIZE(changetype<usize>(value));
  } else if (value instanceof Date) {
    writeString(value.toISOString());
  } else if (isArray<T>() || value instanceof StaticArray) {
    writeArray<T>(value);
  } else if (value instanceof Map) {
    writeMap<T>(value);
  } else if (value instanceof JSON.Raw) {
    writeRaw(value.data);
  } else if (value instanceof JSON.Value) {
    writeAny(value);
  } else if (value instanceof JSON.Obj) {
    writeMap<Map<string, JSON.Value>>(value.storage);
  } else if (value instanceof JSON.Box) {
    writeValue(value.value);
  } else {
    throw new Error(nameof<T>() + " cannot be written as JSON: write @json before its class");
  }
}

function writeUnit(code: u16): void {
  bs.proposeSize(2);
  store<u16>(bs.offset, code);
  bs.offset += 2;
}

/** Append a text as it is. */
export function writeRaw(text: string): void {
  const size = <usize>text.length << 1;
  bs.proposeSize(<u32>size);
  memory.copy(bs.offset, changetype<usize>(text), size);
  bs.offset += size;
}

function writeInteger<T>(value: T): void {
  bs.proposeSize(LONGEST_NUMBER);
  bs.offset += <usize>itoa_buffered(bs.offset, value) << 1;
}

function writeFloat<T>(value: T): void {
  if (!isFinite<T>(value)) {
    writeRaw("null"); // JSON has neither NaN nor infinities
    return;
  }
  bs.proposeSize(LONGEST_NUMBER);
  bs.offset += <usize>dtoa_buffered(bs.offset, value) << 1;
}

function writeArray<T>(value: T): void {
  writeUnit(OPEN_ARRAY);
  // @ts-ignore: T is an array
  for (let index = 0; index < value.length; index++) {
    if (index) writeUnit(COMMA);
    // @ts-ignore: T is an array
    writeValue<valueof<T>>(unchecked(value[index]));
  }
  writeUnit(CLOSE_ARRAY);
}

function writeMap<T>(value: T): void {
  // @ts-ignore: T is a map
  const keys = value.keys();
  // @ts-ignore: T is a map
  const values = value.values();
  writeUnit(OPEN_OBJECT);
  for (let index = 0; index < keys.length; index++) {
    if (index) writeUnit(COMMA);
    if (isString<indexof<T>>()) {
      writeValue(unchecked(keys[index]));
    } else {
      writeUnit(QUOTE);
      writeValue(unchecked(keys[index]));
      writeUnit(QUOTE);
    }
    writeUnit(COLON);
    writeValue(unchecked(values[index]));
  }
  writeUnit(CLOSE_OBJECT);
}

function writeAny(value: JSON.Value): void {
  switch (value.type) {
    case JSON.Types.Null:
      return writeRaw("null");
    case JSON.Types.Raw:
      return writeRaw(value.get<JSON.Raw>().data);
    case JSON.Types.U8:
      return writeInteger<u8>(value.get<u8>());
    case JSON.Types.U16:
      return writeInteger<u16>(value.get<u16>());
    case JSON.Types.U32:
      return writeInteger<u32>(value.get<u32>());
    case JSON.Types.U64:
      return writeInteger<u64>(value.get<u64>());
    case JSON.Types.I8:
      return writeInteger<i8>(value.get<i8>());
    case JSON.Types.I16:
      return writeInteger<i16>(value.get<i16>());
    case JSON.Types.I32:
      return writeInteger<i32>(value.get<i32>());
    case JSON.Types.I64:
      return writeInteger<i64>(value.get<i64>());
    case JSON.Types.F32:
      return writeFloat<f32>(value.get<f32>());
    case JSON.Types.F64:
      return writeFloat<f64>(value.get<f64>());
    case JSON.Types.Bool:
      return writeValue<bool>(value.get<bool>());
    case JSON.Types.String:
      return writeString(value.get<string>());
    case JSON.Types.Array:
      return writeArray<JSON.Value[]>(value.get<JSON.Value[]>());
    case JSON.Types.Map:
      return writeMap<Map<string, JSON.Value>>(value.get<Map<string, JSON.Value>>());
    case JSON.Types.Object:
      return writeMap<Map<string, JSON.Value>>(value.get<JSON.Obj>().storage);
    default: {
      // The class's own function, which JSON.Value remembers by the class.
      const write = JSON.Value.METHODS.get(value.type - JSON.Types.Struct);
      call_indirect<void>(write, 0, value.get<usize>());
    }
  }
}
