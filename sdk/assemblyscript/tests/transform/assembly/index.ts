/* Functions of every kind that the compiler's transform has to describe. */

import { Base, Circle, Color, Label, Names, NS, Pair, Unseen } from "./shapes";
import { JSON } from "json-as";

export { doubled, halved as half } from "./more";
export * from "./starred";

const TEN: i32 = 10;

/**
 * Adds up.
 *
 * @param a what to add
 * to b
 */
export function add(a: i32, b: i32 = 2): i32 {
  return a + b;
}

/** In one line. */
export function oneLine(): void {}

/* Not documentation. */
export function plainComment(): void {}

/** Lost: something stands between. */
const between = 1;
export function notMine(): i32 {
  return between;
}

/** Kept. */
// a remark
export function withRemark(): void {}

export function defaults(
  a: i32 = 5,
  b: string = "bee\n\"",
  c: f64 = -1.5,
  d: bool = true,
  e: string | null = null,
  f: i32[] = [1, -2],
  g: i64 = 9007199254740993,
  h: i32 = TEN,
  i: i8 = -7,
  j: string = "a" + "b",
  k: i64 = -9007199254740991,
  l: u64 = 0xffffffffffffffff,
  m: f64 = -0.0,
  n: Color = Color.Red,
  o: f32 = 0.1,
  p: string = `q`,
): string {
  const list = f.map<string>((x) => x.toString()).join(",");
  const shown = e === null ? "null" : e;
  return `${a}|${b}|${c}|${d}|${shown}|${list}|${g}|${h}|${i}|${j}|${k}|${l}|${m}|${n}|${o}|${p}`;
}

export function primitives(a: bool, b: i8, c: u8, d: i16, e: u16, f: i32, g: u32, h: i64): isize {
  return (a ? 1 : 0) + b + c + d + e + f + <isize>g + <isize>h;
}

export function wide(a: u64, b: usize, c: f32, d: f64): u64 {
  return a + b + <u64>c + <u64>d;
}

export function color(value: Color): Color {
  return value;
}

export function alias(names: Names): Names {
  return names;
}

export function spaced(value: NS.Inner): NS.Inner {
  return value;
}

export function pair(value: Pair<string, i32>): Pair<i32, Label | null> {
  return new Pair<i32, Label | null>(value.second, null);
}

export function nullables(a: Array<Unseen | null>, b: Map<string, Date | null> | null): Uint8Array | null {
  return a.length && b !== null ? new Uint8Array(2) : null;
}

export function circle(value: Circle): Base {
  return value;
}

export function areaOf(value: Circle): f64 {
  return value.area();
}

export function raw(value: JSON.Raw): JSON.Raw {
  return value;
}

export function buffers(a: ArrayBuffer, b: Set<i32>, c: StaticArray<f64>): Float64Array {
  return new Float64Array(<i32>(a.byteLength + b.size + c.length));
}

export function rest(first: i32, ...others: i32[]): i32 {
  return first + others.length;
}

export function generic<T>(value: T): T {
  return value;
}

export const variable = 3;

export function _hidden(): i32 {
  return generic<i32>(1);
}

export default function main(): i32 {
  return 1;
}

/** Semicolons are optional */
export function unended(): string {
  const a = "x"
  let b = a + "y"
  return b
}
