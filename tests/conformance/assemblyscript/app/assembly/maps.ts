export class TestClassWithMap {
  m: Map<string, string> = new Map();
}

function abc(): Map<string, string> {
  const m = new Map<string, string>();
  m.set("a", "1");
  m.set("b", "2");
  m.set("c", "3");
  return m;
}

function isAbc(m: Map<string, string>): bool {
  return (
    m.size == 3 &&
    m.has("a") && m.get("a") == "1" &&
    m.has("b") && m.get("b") == "2" &&
    m.has("c") && m.get("c") == "3" &&
    !m.has("d")
  );
}

export function testMapInput_u8_string(m: Map<u8, string>): void {
  assert(m.size == 3);
  assert(m.has(1) && m.get(1) == "a");
  assert(m.has(2) && m.get(2) == "b");
  assert(m.has(3) && m.get(3) == "c");
}

export function testMapOutput_u8_string(): Map<u8, string> {
  const m = new Map<u8, string>();
  m.set(1, "a");
  m.set(2, "b");
  m.set(3, "c");
  return m;
}

export function testMapInput_string_string(m: Map<string, string>): void {
  assert(isAbc(m));
}

export function testMapOutput_string_string(): Map<string, string> {
  return abc();
}

export function testNullableMapInput_string_string(m: Map<string, string> | null): void {
  assert(m !== null && isAbc(m));
}

export function testNullableMapOutput_string_string(): Map<string, string> | null {
  return abc();
}

export function testNullableMapInput_string_string_null(m: Map<string, string> | null): void {
  assert(m === null);
}

export function testNullableMapOutput_string_string_null(): Map<string, string> | null {
  return null;
}

export function testIterateMap_string_string(m: Map<string, string>): void {
  const keys = m.keys();
  const values = m.values();
  assert(keys.length == 100 && values.length == 100);
  for (let i = 0; i < 100; i++) {
    const number = i.toString().padStart(3, "0");
    assert(keys[i] == `key_${number}` && values[i] == `val_${number}`, number);
  }
}

export function testMapLookup_string_string(m: Map<string, string>, key: string): string | null {
  return m.has(key) ? m.get(key) : null;
}

export function testClassContainingMapInput_string_string(c: TestClassWithMap): void {
  assert(isAbc(c.m));
}

export function testClassContainingMapOutput_string_string(): TestClassWithMap {
  return { m: abc() };
}

export function testMapInput_string_f64(m: Map<string, f64>): void {
  const expected = testMapOutput_string_f64();
  const keys = expected.keys();
  assert(m.size == keys.length);
  for (let i = 0; i < keys.length; i++) assert(m.get(keys[i]) == expected.get(keys[i]), keys[i]);
}

export function testMapOutput_string_f64(): Map<string, f64> {
  const m = new Map<string, f64>();
  m.set("a", 0.5);
  m.set("b", f64.EPSILON);
  m.set("c", f64.MIN_VALUE);
  m.set("d", f64.MAX_VALUE);
  return m;
}

/** Of ten, the odd ones are gone, and one of them has come back. */
function deleted<K>(keys: K[]): Map<K, i32> {
  const m = new Map<K, i32>();
  for (let i = 0; i < keys.length; i++) m.set(keys[i], i);
  for (let i = 1; i < keys.length; i += 2) m.delete(keys[i]);
  m.set(keys[3], 33);
  m.set(keys[4], 44);
  return m;
}

export function testMapOutput_afterDeletions(): Map<string, i32> {
  return deleted<string>(["a", "b", "c", "d", "e", "f"]);
}

export function testMapOutput_afterDeletions_u8(): Map<u8, i32> {
  return deleted<u8>([0, 1, 2, 3, 4, 5]);
}

export function testMapOutput_afterDeletingAll(): Map<i64, bool> {
  const m = new Map<i64, bool>();
  for (let i = 0; i < 50; i++) m.set(i, true);
  for (let i = 0; i < 50; i++) m.delete(i);
  return m;
}

function exactly<K, V>(map: Map<K, V>, keys: K[], values: V[]): Map<K, V> {
  assert(map.size == keys.length, "size");
  const copy = new Map<K, V>();
  for (let i = 0; i < keys.length; i++) {
    assert(map.has(keys[i]), `key ${i}`);
    assert(map.get(keys[i]) == values[i], `value ${i}`);
    copy.set(keys[i], values[i]);
  }
  return copy;
}

export function testMapValues_u8_u8(map: Map<u8, u8>, keys: u8[], values: u8[]): Map<u8, u8> {
  return exactly<u8, u8>(map, keys, values);
}

export function testMapValues_u8_u16(map: Map<u8, u16>, keys: u8[], values: u16[]): Map<u8, u16> {
  return exactly<u8, u16>(map, keys, values);
}

export function testMapValues_u8_i32(map: Map<u8, i32>, keys: u8[], values: i32[]): Map<u8, i32> {
  return exactly<u8, i32>(map, keys, values);
}

export function testMapValues_u8_f64(map: Map<u8, f64>, keys: u8[], values: f64[]): Map<u8, f64> {
  return exactly<u8, f64>(map, keys, values);
}

export function testMapValues_u16_bool(map: Map<u16, bool>, keys: u16[], values: bool[]): Map<u16, bool> {
  return exactly<u16, bool>(map, keys, values);
}

export function testMapValues_u16_i64(map: Map<u16, i64>, keys: u16[], values: i64[]): Map<u16, i64> {
  return exactly<u16, i64>(map, keys, values);
}

export function testMapValues_i32_u8(map: Map<i32, u8>, keys: i32[], values: u8[]): Map<i32, u8> {
  return exactly<i32, u8>(map, keys, values);
}

export function testMapValues_i32_f64(map: Map<i32, f64>, keys: i32[], values: f64[]): Map<i32, f64> {
  return exactly<i32, f64>(map, keys, values);
}

export function testMapValues_i64_u8(map: Map<i64, u8>, keys: i64[], values: u8[]): Map<i64, u8> {
  return exactly<i64, u8>(map, keys, values);
}

export function testMapValues_i64_i16(map: Map<i64, i16>, keys: i64[], values: i16[]): Map<i64, i16> {
  return exactly<i64, i16>(map, keys, values);
}

export function testMapValues_f64_f32(map: Map<f64, f32>, keys: f64[], values: f32[]): Map<f64, f32> {
  return exactly<f64, f32>(map, keys, values);
}

export function testMapValues_string_u8(map: Map<string, u8>, keys: string[], values: u8[]): Map<string, u8> {
  return exactly<string, u8>(map, keys, values);
}

export function testMapValues_string_i8(map: Map<string, i8>, keys: string[], values: i8[]): Map<string, i8> {
  return exactly<string, i8>(map, keys, values);
}

export function testMapValues_string_u16(map: Map<string, u16>, keys: string[], values: u16[]): Map<string, u16> {
  return exactly<string, u16>(map, keys, values);
}

export function testMapValues_string_bool(map: Map<string, bool>, keys: string[], values: bool[]): Map<string, bool> {
  return exactly<string, bool>(map, keys, values);
}

export function testMapValues_string_i64(map: Map<string, i64>, keys: string[], values: i64[]): Map<string, i64> {
  return exactly<string, i64>(map, keys, values);
}

export function testMapOfMaps(map: Map<i32, Map<string, i64[]>>): Map<i32, Map<string, i64[]>> {
  map.get(1).get("a").push(map.get(2).size);
  map.get(2).set("new", [i64.MIN_VALUE]);
  return map;
}

export class Colliding {
  constructor(public x: i32) {}
}

/** Objects are keys by identity, so the guest cannot know those of the host. */
export function testMapKeys_class(map: Map<Colliding, i32>): Map<Colliding, i32> {
  const keys = map.keys();
  map.set(new Colliding(9), 9);
  assert(map.size == keys.length + 1);
  return map;
}
