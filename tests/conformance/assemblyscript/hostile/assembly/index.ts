/* Results, and arguments of host functions, that are not what they say. */

@external("modus_test", "echo")
declare function hostEcho(message: string): string;

@external("modus_test", "echoObject")
declare function hostEchoObject(obj: TestHostObject): TestHostObject;

@external("modus_test", "keep")
declare function hostKeep(node: Node): i32;

@external("modus_test", "count")
declare function hostCount(list: string[], map: Map<string, i32>): i32;

class TestHostObject {
  a: i32 = 1;
  b: bool = true;
  c: string = "c";
}

class Node {
  name: string = "n";
  next: Node | null = null;
  children: Node[] = [];
}

class Other {
  word: u32 = 0x20000000;
  more: u32 = 0xffffffff;
}

export function fine(): string[] {
  return ["all", "is", "well"];
}

function at<T>(value: T, offset: i32, word: u32): T {
  store<u32>(changetype<usize>(value) + offset, word);
  return value;
}

function nodes(count: i32): Node {
  const first = new Node();
  let last = first;
  for (let i = 1; i < count; i++) {
    const next = new Node();
    last.next = next;
    last = next;
  }
  return first;
}

function numbers(): Map<string, i32> {
  const map = new Map<string, i32>();
  map.set("a", 1);
  map.set("b", 2);
  return map;
}

// A word that is wrong, of the object at `offset` (its header is before it) ----------------------

export function text(offset: i32, word: u32): string {
  return at("some text", offset, word);
}

export function texts(offset: i32, word: u32): string[] {
  return at(["a", "b", "c"], offset, word);
}

export function element(word: u32): string[] {
  const list = ["a", "b", "c"];
  store<u32>(list.dataStart + 4, word);
  return list;
}

export function longs(offset: i32, word: u32): i64[] {
  return at<i64[]>([1, 2, 3], offset, word);
}

export function bytes(offset: i32, word: u32): u8[] {
  return at<u8[]>([1, 2, 3], offset, word);
}

export function view(offset: i32, word: u32): Int32Array {
  return at(new Int32Array(3), offset, word);
}

export function buffer(offset: i32, word: u32): ArrayBuffer {
  return at(new ArrayBuffer(3), offset, word);
}

export function fixed(offset: i32, word: u32): StaticArray<string> {
  const list = new StaticArray<string>(2);
  list[0] = list[1] = "f";
  return at(list, offset, word);
}

export function map(offset: i32, word: u32): Map<string, i32> {
  return at(numbers(), offset, word);
}

/** Of one of the map's entries: key, value, link. */
export function entry(offset: i32, word: u32): Map<string, i32> {
  const made = numbers();
  store<u32>(load<u32>(changetype<usize>(made) + 8) + offset, word);
  return made;
}

export function set(offset: i32, word: u32): Set<i32> {
  const made = new Set<i32>();
  made.add(5);
  return at(made, offset, word);
}

export function date(offset: i32, word: u32): Date {
  return at(new Date(0), offset, word);
}

export function node(offset: i32, word: u32): Node {
  return at(new Node(), offset, word);
}

export function pointer(word: u32): Node {
  return changetype<Node>(word);
}

export function pointerToDate(word: u32): Date {
  return changetype<Date>(word);
}

export function pointerToMap(word: u32): Map<string, i32> {
  return changetype<Map<string, i32>>(word);
}

export function pointerToFixed(word: u32): StaticArray<f64> {
  return changetype<StaticArray<f64>>(word);
}

/** The end of memory, less some bytes. */
export function pointerToEnd(less: u32): Node {
  return changetype<Node>((<u32>memory.size() << 16) - less);
}

export function textAtEnd(less: u32): string {
  const end = (<u32>memory.size() << 16) - less;
  if (less) store<u32>(end, 0x00620061);
  store<u32>(end - 8, 2);
  store<u32>(end - 4, less);
  return changetype<string>(end);
}

// Other classes than declared --------------------------------------------------------------------

export function wrongIds(): string[][] {
  const list: string[][] = [["a"], ["b"]];
  at(list, -8, 0x7fffffff);
  at(list[0], -8, 0);
  at(changetype<ArrayBuffer>(list[0].dataStart), -8, 99);
  return list;
}

export function wrongIdOfMap(): Map<string, i32> {
  return at(numbers(), -8, 1);
}

export function wrongIdOfNode(): Node {
  return at(new Node(), -8, 2);
}

export function anotherClass(): Node {
  return changetype<Node>(new Other());
}

export function numberAsText(): string {
  return changetype<string>(new Other());
}

// Shapes ------------------------------------------------------------------------------------------

export function cycle(length: i32): Node {
  const first = nodes(length);
  let last = first;
  while (last.next !== null) last = last.next!;
  last.next = first;
  return first;
}

/** Each is a child of all, several times. */
export function tangle(width: i32): Node {
  const all = new Array<Node>();
  for (let i = 0; i < width; i++) all.push(new Node());
  for (let i = 0; i < width; i++) all[i].children = all;
  return all[0];
}

export function chain(length: i32): Node {
  return nodes(length);
}

/** An array that is its own element. */
export function nested(): string[][] {
  const list: string[][] = [[], []];
  store<u32>(list.dataStart, changetype<u32>(list));
  store<u32>(list.dataStart + 4, changetype<u32>(list));
  return list;
}

export function manyNumbers(count: i32): i32[] {
  return new Array<i32>(count).fill(7);
}

export function manyTexts(count: i32): string[] {
  return new Array<string>(count).fill("t");
}

export function manyEmpty(count: i32): i32[][] {
  const none: i32[] = [];
  return new Array<i32[]>(count).fill(none);
}

export function manyNulls(count: i32): (Node | null)[] {
  return new Array<Node | null>(count);
}

export function manyEntries(count: i32): Map<i32, i32> {
  const map = new Map<i32, i32>();
  for (let i = 0; i < count; i++) map.set(i, i);
  return map;
}

/** One long text, many times: much to give, little to hold. */
export function sameText(count: i32, length: i32): string[] {
  return new Array<string>(count).fill("x".repeat(length));
}

// Arguments of host functions ---------------------------------------------------------------------

export function tellPointer(word: u32): string {
  return hostEcho(changetype<string>(word));
}

export function tellText(offset: i32, word: u32): string {
  return hostEcho(at("some text", offset, word));
}

export function tellObject(word: u32): i32 {
  return hostEchoObject(changetype<TestHostObject>(word)).a;
}

export function tellField(offset: i32, word: u32): i32 {
  return hostEchoObject(at(new TestHostObject(), offset, word)).a;
}

export function tellCycle(): i32 {
  return hostKeep(cycle(1));
}

export function tellList(offset: i32, word: u32): i32 {
  return hostCount(at(["a", "b"], offset, word), numbers());
}

export function tellMap(offset: i32, word: u32): i32 {
  return hostCount([], at(numbers(), offset, word));
}

export function logPointer(word: u32): void {
  console.log(changetype<string>(word));
}
