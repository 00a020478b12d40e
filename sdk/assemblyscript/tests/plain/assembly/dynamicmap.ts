import { DynamicMap } from "@hypermode/modus-sdk-as";
import { JSON } from "json-as";

@json
class Pet {
  name: string = "";
  age: i32 = 0;
}

@json
class Owner {
  name: string = "";
  more: DynamicMap = new DynamicMap();
  maybe: DynamicMap | null = null;
}

export function again(text: string): string {
  return JSON.stringify(JSON.parse<DynamicMap>(text));
}

/** A class of the SDK in a signature, both ways. */
export function same(map: DynamicMap): DynamicMap {
  return map;
}

export function keys(text: string): string[] {
  return JSON.parse<DynamicMap>(text).keys();
}

export function values(text: string): string[] {
  const values: JSON.Raw[] = JSON.parse<DynamicMap>(text).values();
  return values.map<string>((value) => value.data);
}

export function asI32(text: string): i32 {
  return JSON.parse<DynamicMap>(text).get<i32>("x");
}

export function asU8(text: string): u8 {
  return JSON.parse<DynamicMap>(text).get<u8>("x");
}

export function asI64(text: string): i64 {
  return JSON.parse<DynamicMap>(text).get<i64>("x");
}

export function asF64(text: string): f64 {
  return JSON.parse<DynamicMap>(text).get<f64>("x");
}

export function asBool(text: string): bool {
  return JSON.parse<DynamicMap>(text).get<bool>("x");
}

export function asString(text: string): string {
  return JSON.parse<DynamicMap>(text).get<string>("x");
}

export function asNullableString(text: string): string | null {
  return JSON.parse<DynamicMap>(text).get<string | null>("x");
}

export function asStrings(text: string): string[] {
  return JSON.parse<DynamicMap>(text).get<string[]>("x");
}

export function asPet(text: string): string {
  return JSON.stringify(JSON.parse<DynamicMap>(text).get<Pet>("x"));
}

export function asNullablePet(text: string): string {
  const pet = JSON.parse<DynamicMap>(text).get<Pet | null>("x");
  return pet === null ? "none" : pet.name;
}

export function asMap(text: string): string {
  return JSON.stringify(JSON.parse<DynamicMap>(text).get<Map<string, i32[]>>("x"));
}

export function asRaw(text: string): string {
  return JSON.parse<DynamicMap>(text).get<JSON.Raw>("x").data;
}

export function asAny(text: string): string {
  return JSON.parse<DynamicMap>(text).get<JSON.Value>("x").toString();
}

export function asDate(text: string): i64 {
  return JSON.parse<DynamicMap>(text).get<Date>("x").getTime();
}

export function asBytes(text: string): Uint8Array {
  return JSON.parse<DynamicMap>(text).get<Uint8Array>("x");
}

export function asBuffer(text: string): ArrayBuffer {
  return JSON.parse<DynamicMap>(text).get<ArrayBuffer>("x");
}

/** A map in a map in a map: what the innermost says. */
export function innermost(text: string): string {
  const outer = JSON.parse<DynamicMap>(text);
  return outer.get<DynamicMap>("x").get<DynamicMap>("y").get<string>("z");
}

export function setAll(): string {
  const pet = new Pet();
  pet.name = 'a"}';
  const none: Pet | null = null;
  const inner = new DynamicMap();
  inner.set("]", ["}"]);
  const bytes = new Uint8Array(3);
  bytes[0] = 255;
  const map = new DynamicMap();
  map.set("text", "é✨🎉\n");
  map.set("long", i64.MIN_VALUE);
  map.set<u64>("ulong", u64.MAX_VALUE);
  map.set("float", 0.5);
  map.set("flag", true);
  map.set("list", [1, 2]);
  map.set("pet", pet);
  map.set("none", none);
  map.set("inner", inner);
  map.set("raw", new JSON.Raw('{"x" : [1]}'));
  map.set("when", new Date(0));
  map.set("bytes", bytes);
  map.set('"k}\n', 1);
  assert(map.get<string>("text") == "é✨🎉\n");
  assert(map.get<i64>("long") == i64.MIN_VALUE);
  assert(map.get<u64>("ulong") == u64.MAX_VALUE);
  assert(map.get<f32>("float") == 0.5);
  assert(map.get<bool>("flag"));
  assert(map.get<u8[]>("list")[1] == 2);
  assert(map.get<Pet>("pet").name == 'a"}');
  assert(map.get<Pet | null>("none") === null);
  assert(map.get<DynamicMap>("inner").get<string[]>("]")[0] == "}");
  assert(map.get<Date>("when").getTime() == 0);
  assert(map.get<Uint8Array>("bytes")[0] == 255);
  return JSON.stringify(map);
}

export function setNotANumber(): void {
  new DynamicMap().set("x", NaN);
}

/** What a map tells of itself while it changes. */
export function changes(): string[] {
  const told: string[] = [];
  const map = new DynamicMap();
  told.push(map.size.toString() + JSON.stringify(map));
  map.set("a", 1);
  map.set("b", "2");
  map.set("a", true);
  told.push(map.size.toString() + JSON.stringify(map));
  told.push(map.has("a").toString() + map.has("A").toString());
  told.push(map.delete("a").toString() + map.delete("a").toString());
  told.push(map.size.toString() + JSON.stringify(map) + map.has("a").toString());
  map.set("c", map);
  told.push(map.keys().join() + JSON.stringify(map));
  map.clear();
  told.push(map.size.toString() + JSON.stringify(map) + map.values().length.toString());
  map.set("d", 4);
  told.push(JSON.stringify(map));
  return told;
}

export function field(text: string): string {
  return JSON.stringify(JSON.parse<Owner>(text));
}

export function list(text: string): string {
  return JSON.stringify(JSON.parse<DynamicMap[]>(text));
}
