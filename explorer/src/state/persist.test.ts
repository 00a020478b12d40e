import { beforeEach, describe, expect, test } from "vitest";
import { persistedIn } from "./persist.ts";

/** What browsers have, in memory. */
class Memory implements Storage {
  private values = new Map<string, string>();
  full = false;

  get length() {
    return this.values.size;
  }
  clear() {
    this.values.clear();
  }
  getItem(key: string) {
    return this.values.get(key) ?? null;
  }
  key(index: number) {
    return [...this.values.keys()][index] ?? null;
  }
  removeItem(key: string) {
    this.values.delete(key);
  }
  setItem(key: string, value: string) {
    if (this.full) {
      throw new DOMException("full", "QuotaExceededError");
    }
    this.values.set(key, value);
  }
}

let storage: Memory;
beforeEach(() => {
  storage = new Memory();
});

describe("persistedIn", () => {
  test("finds what was kept before", () => {
    persistedIn(storage, "k", "").value = "draft";
    expect(persistedIn(storage, "k", "").value).toBe("draft");
  });

  test("writes nothing until the value changes", () => {
    persistedIn(storage, "k", "x");
    expect(storage.length).toBe(0);
  });

  test("begins anew where something else is found", () => {
    storage.setItem("k", "[1]");
    expect(persistedIn(storage, "k", "x").value).toBe("x");
    storage.setItem("k", "no JSON");
    expect(persistedIn(storage, "k", "x").value).toBe("x");
    storage.setItem("k", '"blue"');
    expect(persistedIn(storage, "k", "dark", (found) => found === "light").value).toBe("dark");
  });

  test("forgets what is set to null", () => {
    const kept = persistedIn<string | null>(storage, "k", null);
    kept.value = "x";
    kept.value = null;
    expect(storage.length).toBe(0);
  });

  test("holds the value where storage is full or forbidden", () => {
    storage.full = true;
    const kept = persistedIn(storage, "k", "a");
    kept.value = "b";
    expect(kept.value).toBe("b");
    expect(persistedIn(null, "k", "a").value).toBe("a");
  });
});
