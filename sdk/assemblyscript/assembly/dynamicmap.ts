import { JSON } from "json-as";

import { jsonOf, valueOf } from "./jsontext";

/** A map from names to values of any types; as JSON, an object. */
@json
export class DynamicMap {
  private data: Map<string, JSON.Raw> = new Map<string, JSON.Raw>();

  get size(): i32 {
    return this.data.size;
  }

  has(key: string): bool {
    return this.data.has(key);
  }

  /** Throws when there is no such key, or when its value is not of that type. */
  get<T>(key: string): T {
    if (!this.data.has(key)) throw new Error("Key not found in map: " + key);
    return valueOf<T>(this.data.get(key).data);
  }

  set<T>(key: string, value: T): void {
    this.data.set(key, JSON.Raw.from(jsonOf<T>(value)));
  }

  delete(key: string): bool {
    return this.data.delete(key);
  }

  clear(): void {
    this.data.clear();
  }

  keys(): string[] {
    return this.data.keys();
  }

  /** The values, each as JSON. */
  values(): JSON.Raw[] {
    return this.data.values();
  }

  // json-as calls these two, and does not write its own when a class has them.

  __SERIALIZE(ptr: usize): void {
    JSON.__serialize<Map<string, JSON.Raw>>(this.data);
  }

  __DESERIALIZE<T>(srcStart: usize, srcEnd: usize, out: T): T {
    const data = JSON.__deserialize<Map<string, JSON.Raw>>(srcStart, srcEnd);
    changetype<DynamicMap>(out).data = data;
    return out;
  }
}
