/** Looks keys up in a map of the host's, and changes the map as only a sound one can be. */
function lookUp<K>(map: Map<K, string>, keys: K[], missing: K): string[] {
  assert(map.size == keys.length, "size");
  assert(!map.has(missing), "a key that is not there");
  const found = new Array<string>();
  for (let i = 0; i < keys.length; i++) {
    assert(map.has(keys[i]), `key ${i} is missing`);
    found.push(map.get(keys[i]));
    map.set(keys[i], "again");
  }
  assert(map.size == keys.length, "size after setting");
  map.set(missing, "new");
  assert(map.size == keys.length + 1 && map.get(missing) == "new");
  for (let i = 0; i < keys.length; i++) assert(map.delete(keys[i]), `key ${i} is not deleted`);
  assert(map.size == 1 && map.has(missing));
  return found;
}

export function testMapKeys_bool(map: Map<bool, string>): string {
  assert(map.size == 1 && map.has(true) && !map.has(false));
  map.set(false, "f");
  return map.get(true) + map.get(false);
}

export function testMapKeys_i8(map: Map<i8, string>, keys: i8[]): string[] {
  return lookUp<i8>(map, keys, 127);
}

export function testMapKeys_u8(map: Map<u8, string>, keys: u8[]): string[] {
  return lookUp<u8>(map, keys, 254);
}

export function testMapKeys_i16(map: Map<i16, string>, keys: i16[]): string[] {
  return lookUp<i16>(map, keys, 32767);
}

export function testMapKeys_u16(map: Map<u16, string>, keys: u16[]): string[] {
  return lookUp<u16>(map, keys, 65534);
}

export function testMapKeys_i32(map: Map<i32, string>, keys: i32[]): string[] {
  return lookUp<i32>(map, keys, 77);
}

export function testMapKeys_u32(map: Map<u32, string>, keys: u32[]): string[] {
  return lookUp<u32>(map, keys, 77);
}

export function testMapKeys_i64(map: Map<i64, string>, keys: i64[]): string[] {
  return lookUp<i64>(map, keys, 77);
}

export function testMapKeys_u64(map: Map<u64, string>, keys: u64[]): string[] {
  return lookUp<u64>(map, keys, 77);
}

export function testMapKeys_isize(map: Map<isize, string>, keys: isize[]): string[] {
  return lookUp<isize>(map, keys, 77);
}

export function testMapKeys_usize(map: Map<usize, string>, keys: usize[]): string[] {
  return lookUp<usize>(map, keys, 77);
}

export function testMapKeys_f32(map: Map<f32, string>, keys: f32[]): string[] {
  return lookUp<f32>(map, keys, 77.5);
}

export function testMapKeys_f64(map: Map<f64, string>, keys: f64[]): string[] {
  return lookUp<f64>(map, keys, 77.5);
}

export function testMapKeys_string(map: Map<string, string>, keys: string[]): string[] {
  return lookUp<string>(map, keys, "missing");
}

export function testMapKeys_nullableString(map: Map<string | null, i32>): i32 {
  assert(map.has(null) && map.has("a"));
  return map.get(null) * 100 + map.get("a") * 10 + map.size;
}

/** Keys of 0 to 40 units, and as many that differ in their last unit only. */
export function testMapKeys_lengths(map: Map<string, i32>): i32 {
  for (let length = 0; length <= 40; length++) {
    let key = "";
    for (let i = 0; i < length; i++) key += String.fromCharCode(97 + ((i * 7 + length) % 26));
    assert(map.has(key), `length ${length}`);
    assert(map.get(key) == length, `value of length ${length}`);
    if (length) assert(!map.has(key.slice(0, -1) + "é"), `other of length ${length}`);
  }
  return map.size;
}

export function testMapKeys_texts(map: Map<string, string>, keys: string[]): string[] {
  return lookUp<string>(map, keys, "\u0000");
}

/** Grows what the host made, takes some away, and looks all of it up. */
export function testMapGrowth(map: Map<string, i32>, many: i32): i32 {
  const before = map.keys();
  for (let i = 0; i < many; i++) map.set(`more ${i}`, i);
  for (let i = 0; i < many; i += 3) assert(map.delete(`more ${i}`));
  for (let i = 0; i < before.length; i++) assert(map.has(before[i]), before[i]);
  for (let i = 0; i < many; i++) assert(map.has(`more ${i}`) == (i % 3 != 0), `more ${i}`);
  return map.size;
}
