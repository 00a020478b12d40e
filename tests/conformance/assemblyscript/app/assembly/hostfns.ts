@external("modus_test", "add")
declare function hostAdd(a: i32, b: i32): i32;

@external("modus_test", "echo")
declare function hostEcho(message: string): string;

@external("modus_test", "echoObject")
declare function hostEchoObject(obj: TestHostObject): TestHostObject;

@external("modus_test", "parts")
declare function hostParts(parts: Parts): Parts;

@external("modus_test", "nulls")
declare function hostNulls(nulls: Nulls): Nulls;

export class TestHostObject {
  a: i32 = 0;
  b: bool = false;
  c: string = "";
}

export class Parts {
  text: string = "";
  bytes: Uint8Array = new Uint8Array(0);
  shorts: Int16Array = new Int16Array(0);
  buffer: ArrayBuffer = new ArrayBuffer(0);
  numbers: i64[] = [];
  names: Map<string, string> = new Map();
  day: Date = new Date(0);
  fixed: StaticArray<string> = [];
  kinds: Set<u8> = new Set();
  inner: TestHostObject[] = [];
}

export class Nulls {
  text: string | null = null;
  texts: (string | null)[] = [];
  days: (Date | null)[] = [];
  objects: (TestHostObject | null)[] = [];
  names: Map<string, string | null> = new Map();
  none: i32[] | null = null;
}

export function add(a: i32, b: i32): i32 {
  return hostAdd(a, b);
}

export function echo(message: string): string {
  return hostEcho(message);
}

export function echoObject(obj: TestHostObject): TestHostObject {
  return hostEchoObject(obj);
}

/** An object that is pinned already cannot be pinned: the host has let go of what it made. */
function isFree<T>(value: T): void {
  __unpin(__pin(changetype<usize>(value)));
}

export function testHostKeepsNothing(parts: Parts): Parts {
  const found = hostParts(parts);
  isFree(found);
  isFree(found.text);
  isFree(found.bytes);
  isFree(found.bytes.buffer);
  isFree(found.shorts.buffer);
  isFree(found.buffer);
  isFree(found.numbers);
  isFree(changetype<ArrayBuffer>(found.numbers.dataStart));
  isFree(found.names);
  isFree(found.day);
  isFree(found.fixed);
  isFree(found.kinds);
  for (let i = 0; i < found.inner.length; i++) isFree(found.inner[i]);
  __collect();
  found.numbers.push(found.numbers.length);
  return found;
}

/** Pages of memory after some calls of the host, and after all. */
export function testManyHostCalls(some: i32, all: i32): i32[] {
  const parts = new Parts();
  for (let i = 0; i < 20; i++) {
    parts.numbers.push(i);
    parts.names.set(i.toString(), "a name");
    parts.inner.push(new TestHostObject());
  }
  let pages = 0;
  for (let i = 0; i < all; i++) {
    if (i == some) pages = memory.size();
    const found = hostParts(parts);
    assert(found.numbers.length == 20 && found.names.get("19") == "a name");
    assert(found.inner[19].c == "");
  }
  return [pages, memory.size()];
}

export function testHostNulls(nulls: Nulls): Nulls {
  const found = hostNulls(nulls);
  found.texts.push(null);
  found.names.set("last", null);
  return found;
}
