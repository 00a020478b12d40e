function same<T>(found: T[], expected: T[]): void {
  assert(found.length == expected.length, "length");
  for (let i = 0; i < found.length; i++) assert(found[i] == expected[i], `element ${i}`);
}

export function testArrayInput_i8(val: i8[]): void {
  same<i8>(val, [1, 2, 3]);
}

export function testArrayOutput_i8(): i8[] {
  return [1, 2, 3];
}

export function testArrayInput_i8_empty(val: i8[]): void {
  same<i8>(val, []);
}

export function testArrayOutput_i8_empty(): i8[] {
  return [];
}

export function testArrayInput_i8_null(val: i8[] | null): void {
  assert(val === null);
}

export function testArrayOutput_i8_null(): i8[] | null {
  return null;
}

export function testArrayInput_i32(val: i32[]): void {
  same<i32>(val, [1, 2, 3]);
}

export function testArrayOutput_i32(): i32[] {
  return [1, 2, 3];
}

export function testArrayInput_f32(val: f32[]): void {
  same<f32>(val, [1, 2, 3]);
}

export function testArrayOutput_f32(): f32[] {
  return [1, 2, 3];
}

export function testArrayInput_string(val: string[]): void {
  same<string>(val, ["abc", "def", "ghi"]);
}

export function testArrayOutput_string(): string[] {
  return ["abc", "def", "ghi"];
}

export function testArrayInput_string_2d(val: string[][]): void {
  const expected = testArrayOutput_string_2d();
  assert(val.length == expected.length);
  for (let i = 0; i < val.length; i++) same<string>(val[i], expected[i]);
}

export function testArrayOutput_string_2d(): string[][] {
  return [
    ["abc", "def", "ghi"],
    ["jkl", "mno", "pqr"],
    ["stu", "vwx", "yz"],
  ];
}

export function testArrayInput_string_2d_empty(val: string[][]): void {
  assert(val.length == 0);
}

export function testArrayOutput_string_2d_empty(): string[][] {
  return [];
}

export class TestObject {
  constructor(public a: i32, public b: i32) {}
}

export function testArrayIteration(objs: TestObject[]): void {
  for (let i = 0; i < objs.length; i++) console.log(`[${i}]: a=${objs[i].a}, b=${objs[i].b}`);
}

/** The array grows where the host made it. */
function grow<T>(list: T[], more: T): T[] {
  const before = list.length;
  for (let i = 0; i < 100; i++) list.push(more);
  assert(list.length == before + 100);
  for (let i = before; i < list.length; i++) assert(list[i] == more);
  return list.slice(0, before + 1);
}

export function testArrayPush_i8(list: i8[]): i8[] {
  return grow<i8>(list, 7);
}

export function testArrayPush_i64(list: i64[]): i64[] {
  return grow<i64>(list, -7);
}

export function testArrayPush_string(list: string[]): string[] {
  return grow<string>(list, "more");
}

export function testArrayPush_inner(lists: f64[][]): f64[][] {
  for (let i = 0; i < lists.length; i++) lists[i] = grow<f64>(lists[i], 0.5);
  return lists;
}

/** Room for more elements than there are. */
export function testArrayWithRoom(): i16[] {
  const list = new Array<i16>();
  for (let i: i16 = 0; i < 20; i++) list.push(i);
  while (list.length > 3) list.pop();
  list.shift();
  return list;
}

export function testArrayInput_u8(val: u8[]): void {
  same<u8>(val, [0, 127, 255]);
}

export function testArrayOutput_u8(): u8[] {
  return [0, 127, 255];
}

export function testArrayOutput_maps(): Map<string, i32>[] {
  const one = new Map<string, i32>();
  one.set("a", 1);
  one.set("b", 2);
  return [one, new Map<string, i32>()];
}

export function testArrayInput_maps(val: Map<string, i32>[]): void {
  assert(val.length == 2);
  assert(val[0].size == 2 && val[1].size == 0);
  assert(val[0].get("a") == 1 && val[0].get("b") == 2);
  assert(!val[1].has("a"));
}

export function testStaticArrayInput_i32(val: StaticArray<i32>): void {
  assert(val.length == 3 && val[0] == -1 && val[1] == 0 && val[2] == 1);
}

export function testStaticArrayOutput_i32(): StaticArray<i32> {
  return [-1, 0, 1];
}

export function testStaticArrayInput_string(val: StaticArray<string>): void {
  assert(val.length == 2 && val[0] == "a" && val[1] == "");
}

export function testStaticArrayOutput_string(): StaticArray<string> {
  return ["a", ""];
}

export function testStaticArrayInput_f64_empty(val: StaticArray<f64>): void {
  assert(val.length == 0);
}

export function testStaticArrayOutput_u8(): StaticArray<u8> {
  return [1, 2, 255];
}

/** Its header has a class id of its own, as subclasses have. */
export function testRestInput(first: i32, ...others: string[]): string {
  return `${first}:${others.join("+")}`;
}
