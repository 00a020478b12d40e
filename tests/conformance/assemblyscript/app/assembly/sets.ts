function sum<T>(set: Set<T>, items: T[]): Set<T> {
  assert(set.size == items.length, "size");
  for (let i = 0; i < items.length; i++) assert(set.has(items[i]), `item ${i}`);
  assert(set.delete(items[0]), "deletion");
  set.add(items[0]);
  return set;
}

export function testSet_i32(set: Set<i32>, items: i32[]): Set<i32> {
  return sum<i32>(set, items);
}

export function testSet_i8(set: Set<i8>, items: i8[]): Set<i8> {
  return sum<i8>(set, items);
}

export function testSet_u16(set: Set<u16>, items: u16[]): Set<u16> {
  return sum<u16>(set, items);
}

export function testSet_i64(set: Set<i64>, items: i64[]): Set<i64> {
  return sum<i64>(set, items);
}

export function testSet_f64(set: Set<f64>, items: f64[]): Set<f64> {
  return sum<f64>(set, items);
}

export function testSet_string(set: Set<string>, items: string[]): Set<string> {
  return sum<string>(set, items);
}

export function testSetInput_empty(set: Set<string>): i32 {
  for (let i = 0; i < 100; i++) set.add(i.toString());
  return set.size;
}

export function testSetOutput_empty(): Set<f32> {
  return new Set<f32>();
}
