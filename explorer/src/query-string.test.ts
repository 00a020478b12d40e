import { expect, test } from "vitest";
import { queryString } from "./query-string.ts";

test("leaves out what is not there", () => {
  expect(queryString({ a: 1, b: null, c: "", d: "x y", e: undefined })).toBe("?a=1&d=x+y");
  expect(queryString({})).toBe("");
});

test("keeps names that come twice, and escapes what has a meaning in addresses", () => {
  const pairs = new URLSearchParams("a=1&a=2&b=%26%23").entries();
  expect(queryString(pairs)).toBe("?a=1&a=2&b=%26%23");
});
