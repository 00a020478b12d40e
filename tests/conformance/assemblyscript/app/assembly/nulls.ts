export class Dot {
  x: i32 = 0;
}

export class Optional {
  text: string | null = null;
  dot: Dot | null = null;
  list: i32[] | null = null;
  map: Map<string, i32> | null = null;
  date: Date | null = null;
  bytes: Uint8Array | null = null;
  buffer: ArrayBuffer | null = null;
  required: i32 = 0;
}

export function testNullElements_string(list: (string | null)[]): (string | null)[] {
  assert(list.length == 3 && list[0] !== null && list[0]! == "a" && list[1] === null);
  list.push(null);
  return list;
}

export function testNullElements_class(list: (Dot | null)[]): (Dot | null)[] {
  assert(list.length == 2 && list[0] === null && list[1] !== null && list[1]!.x == 5);
  list.push(new Dot());
  return list;
}

export function testNullElements_array(list: (i32[] | null)[]): (i32[] | null)[] {
  assert(list.length == 2 && list[0] === null && list[1]!.length == 0);
  return list;
}

export function testNullValues_string(map: Map<string, string | null>): Map<string, string | null> {
  assert(map.size == 2 && map.has("none") && map.get("none") === null);
  map.set("more", null);
  return map;
}

export function testNullValues_class(map: Map<i8, Dot | null>): Map<i8, Dot | null> {
  assert(map.size == 2 && map.get(-1) === null && map.get(1)!.x == 5);
  return map;
}

/** How many of its fields are null. */
export function testNullFieldsInput(o: Optional): i32 {
  return (
    <i32>(o.text === null) +
    <i32>(o.dot === null) +
    <i32>(o.list === null) +
    <i32>(o.map === null) +
    <i32>(o.date === null) +
    <i32>(o.bytes === null) +
    <i32>(o.buffer === null)
  );
}

export function testNullFieldsOutput(): Optional {
  return new Optional();
}

/** A field that its type says is there, and is not. */
export function testMissingFieldOutput(): Dot[] {
  return [new Dot(), changetype<Dot>(0)];
}

export function testMissingResult(): string {
  return changetype<string>(0);
}

/** After the error, the first has its value all the same. */
export function testMissingFieldOfClass(): Held {
  const held = new Held();
  held.text = changetype<string>(0);
  return held;
}

export class Held {
  number: i32 = 4;
  text: string = "";
}
