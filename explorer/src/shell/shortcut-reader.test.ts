import { expect, test } from "vitest";
import { shortcutReader } from "./shortcut-reader.ts";

test("g and the key of a page go there", () => {
  const read = shortcutReader(["f", "g"]);
  expect(read("g", 0)).toBeNull();
  expect(read("f", 100)).toEqual({ go: "f" });
  expect(read("f", 200)).toBeNull();
});

test("g twice goes to a page whose key is g, and begins anew where none is", () => {
  const read = shortcutReader(["f"]);
  read("g", 0);
  read("g", 10);
  expect(read("f", 20)).toEqual({ go: "f" });
});

test("too late, or after another key, it does not", () => {
  const read = shortcutReader(["f"]);
  read("g", 0);
  expect(read("f", 5_000)).toBeNull();
  read("g", 6_000);
  read("x", 6_010);
  expect(read("f", 6_020)).toBeNull();
});

test("? helps and / searches", () => {
  const read = shortcutReader(["f"]);
  expect(read("?", 0)).toEqual({ help: true });
  expect(read("/", 0)).toEqual({ search: true });
  expect(read("x", 0)).toBeNull();
});
