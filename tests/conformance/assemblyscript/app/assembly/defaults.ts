export const ELEVEN: i32 = 11;

function computed(): string {
  return "com" + "puted";
}

export function testDefaults(
  a: i32 = 5,
  b: i32 = -5,
  c: i32 = ELEVEN,
  d: f64 = -0.5,
  e: string = "text",
  f: string = computed(),
  g: i64 = -9007199254740993,
  h: string | null = null,
  i: string[] = ["x", "y"],
  j: f32 = 1.5,
): string {
  const shown = h === null ? "null" : h;
  return `${a} ${b} ${c} ${d} ${e} ${f} ${g} ${shown} ${i.join("+")} ${j}`;
}

export function testDefaultsAfterRequired(name: string, count: i32 = -1): string {
  return `${name} ${count}`;
}

export function testNoDefaults(a: i32): i32 {
  return a;
}

export function testDefaultObject(list: i32[] = [], map: Map<string, i32> = new Map()): i32 {
  list.push(1);
  map.set("a", 2);
  return list.length * 10 + map.size;
}

export function testDefaultBytes(bytes: u8[] = [1, 2], last: i32 = 0): i32 {
  return bytes.length * 10 + last;
}
