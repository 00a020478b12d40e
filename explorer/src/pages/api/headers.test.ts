import { describe, expect, test } from "vitest";
import { headerProblem, headersOf, isSecretHeader, withoutSecrets } from "./headers.ts";

const row = (name: string, value: string, on = true) => ({ name, value, on });

test.each([
  "Authorization",
  " authorization",
  "Proxy-Authorization",
  "Cookie",
  "X-Api-Key",
  "X-Auth",
  "X-CSRF-Token",
  "apikey",
  "X-Session-Id",
])("%s may be a secret", (name) => {
  expect(isSecretHeader(name)).toBe(true);
});

test.each(["X-Time-Zone", "Accept-Language", "X-Author", "X-Monkey", "traceparent"])(
  "%s is no secret",
  (name) => {
    expect(isSecretHeader(name)).toBe(false);
  },
);

test("secret values are taken away, and their names stay", () => {
  expect(withoutSecrets([row("Authorization", "Bearer x"), row("x-a", "1", false)])).toEqual([
    row("Authorization", ""),
    row("x-a", "1", false),
  ]);
});

describe("headerProblem", () => {
  test.each([
    row("X-Time-Zone", "Asia/Tokyo"),
    row("", ""),
    row("x-empty", ""),
    row("x-latin", "é"),
  ])("finds nothing in %s", (one) => {
    expect(headerProblem(one)).toBeNull();
  });

  test.each([
    [row("", "x"), /name/],
    [row("a b", "x"), /no spaces/],
    [row("a:", "x"), /colon/],
    [row("Content-Type", "text/plain"), /set by the page/],
    [row("x", "a\nb"), /one line/],
    [row("x", "日本"), /Latin/],
  ])("finds what is wrong with %s", (one, problem) => {
    expect(headerProblem(one)).toMatch(problem);
  });
});

test("only rows that are on, named and right are sent, the last of a name", () => {
  const rows = [
    row("X-A", "1"),
    row("x-a", " 2 "),
    row("b", "3", false),
    row("a b", "4"),
    row("", ""),
  ];
  expect(headersOf(rows)).toEqual({ "x-a": "2" });
});
