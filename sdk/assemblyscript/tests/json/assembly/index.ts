/* Reads JSON into types of every kind and writes it again. */

import { JSON } from "json-as";
import { Account, Chain, Everything, Kinds, Old, Point, Shape, Square, Wrapped } from "./types";

export function asString(text: string): string {
  return JSON.stringify(JSON.parse<string>(text));
}

/** The code units of a string that was read, in hexadecimal. */
export function unitsOf(text: string): string {
  const value = JSON.parse<string>(text);
  const units = new Array<string>();
  for (let i = 0; i < value.length; i++) units.push(value.charCodeAt(i).toString(16));
  return units.join(" ");
}

/** Writes the string with these code units. */
export function written(units: i32[]): string {
  return JSON.stringify(String.fromCharCodes(units));
}

export function asBool(text: string): string {
  return JSON.stringify(JSON.parse<bool>(text));
}

export function asI8(text: string): string {
  return JSON.stringify(JSON.parse<i8>(text));
}

export function asU8(text: string): string {
  return JSON.stringify(JSON.parse<u8>(text));
}

export function asI32(text: string): string {
  return JSON.stringify(JSON.parse<i32>(text));
}

export function asU32(text: string): string {
  return JSON.stringify(JSON.parse<u32>(text));
}

export function asI64(text: string): string {
  return JSON.stringify(JSON.parse<i64>(text));
}

export function asU64(text: string): string {
  return JSON.stringify(JSON.parse<u64>(text));
}

export function asF32(text: string): string {
  return JSON.stringify(JSON.parse<f32>(text));
}

export function asF64(text: string): string {
  return JSON.stringify(JSON.parse<f64>(text));
}

export function asAny(text: string): string {
  return JSON.stringify(JSON.parse<JSON.Value>(text));
}

export function asAnyText(text: string): string {
  return JSON.parse<JSON.Value>(text).toString();
}

export function asObject(text: string): string {
  return JSON.stringify(JSON.parse<JSON.Obj>(text));
}

export function asRaw(text: string): string {
  return JSON.stringify(JSON.parse<JSON.Raw>(text));
}

export function asRawMap(text: string): string {
  return JSON.stringify(JSON.parse<Map<string, JSON.Raw>>(text));
}

export function asRawArray(text: string): string {
  return JSON.stringify(JSON.parse<JSON.Raw[]>(text));
}

export function asMatrix(text: string): string {
  return JSON.stringify(JSON.parse<i32[][]>(text));
}

export function asStrings(text: string): string {
  return JSON.stringify(JSON.parse<string[]>(text));
}

export function asNullableStrings(text: string): string {
  return JSON.stringify(JSON.parse<Array<string | null>>(text));
}

export function asBytes(text: string): string {
  return JSON.stringify(JSON.parse<StaticArray<u8>>(text));
}

export function asCounts(text: string): string {
  return JSON.stringify(JSON.parse<Map<i32, string[]>>(text));
}

export function asAccounts(text: string): string {
  return JSON.stringify(JSON.parse<Map<string, Account | null>>(text));
}

export function asAccount(text: string): string {
  return JSON.stringify(JSON.parse<Account>(text));
}

export function asMaybeAccount(text: string): string {
  const account = JSON.parse<Account | null>(text);
  return account === null ? "none" : account.name;
}

export function asAccountArray(text: string): string {
  return JSON.stringify(JSON.parse<Account[]>(text));
}

export function asEverything(text: string): string {
  return JSON.stringify(JSON.parse<Everything>(text));
}

export function asChain(text: string): string {
  return JSON.stringify(JSON.parse<Chain>(text));
}

export function asKinds(text: string): string {
  return JSON.stringify(JSON.parse<Kinds>(text));
}

export function asSquare(text: string): string {
  const shape: Shape = JSON.parse<Square>(text);
  return JSON.stringify(shape);
}

export function asPoint(text: string): string {
  return JSON.stringify(JSON.parse<Point>(text));
}

export function asWrapped(text: string): string {
  return JSON.stringify(JSON.parse<Wrapped<Point>>(text));
}

export function asOld(text: string): string {
  return JSON.stringify(JSON.parse<Old>(text));
}

/** What of a class JSON does not carry has its defaults after reading. */
export function defaultsAfterReading(): string {
  const account = JSON.parse<Account>("{}");
  return account.secretText() + "|" + account.hidden;
}

export function anyOf(): string {
  const list: JSON.Value[] = [
    JSON.Value.from<i32>(-1),
    JSON.Value.from<u64>(u64.MAX_VALUE),
    JSON.Value.from<i64>(i64.MIN_VALUE),
    JSON.Value.from<i8>(-8),
    JSON.Value.from<f64>(1.5),
    JSON.Value.from<bool>(true),
    JSON.Value.from<string>('a"b'),
    JSON.Value.from(new JSON.Raw("[1, 2]")),
    JSON.Value.from(new Point(1, 2)),
  ];
  const object = new JSON.Obj();
  object.set('k"', list);
  object.set("box", new JSON.Box<i32>(7));
  return JSON.stringify(object);
}

/** Long texts, of many small parts, in a buffer that has to grow. */
export function long(count: i32): i32 {
  const accounts = new Array<Account>();
  for (let i = 0; i < count; i++) {
    const account = new Account();
    account.name = "\u0001".repeat(i % 50) + "x".repeat(i % 7);
    account.tags = ["", "\ud800", "é"];
    accounts.push(account);
  }
  const text = JSON.stringify(accounts);
  const again = JSON.parse<Account[]>(text);
  assert(again.length == count);
  for (let i = 0; i < count; i++) assert(again[i].name == accounts[i].name);
  assert(JSON.stringify(again) == text);
  return text.length;
}

export function nested(depth: i32): string {
  const text = "[".repeat(depth) + "]".repeat(depth);
  return JSON.stringify(JSON.parse<JSON.Value>(text));
}

export function notFinite(): string {
  return JSON.stringify<f64[]>([NaN, Infinity, -Infinity, 0, -0.0, 1e21, 5e-324]);
}

export function dates(text: string): string {
  return JSON.stringify(JSON.parse<Date[]>(text));
}
