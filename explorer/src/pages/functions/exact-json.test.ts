import { expect, test } from "vitest";
import { digitsOf, firstMarked, keepsDigits, parseExactly } from "./exact-json";

test.each([
  "0",
  "-1.5",
  "1e3",
  "9007199254740991",
  "0.1",
  "100000000000000000000e0",
  "[]",
  '"a\\"1"',
])("%s is what JSON.parse makes of it, if no digit gets lost", (text) => {
  expect(parseExactly(text)).toEqual(JSON.parse(text));
});

test.each([
  "9007199254740993",
  "-9223372036854775808",
  "0.12345678901234567890",
  "18446744073709551615",
])("%s keeps all of its digits", (text) => {
  const value = parseExactly(`{"a": [${text}]}`) as { a: [string] };
  expect(digitsOf(value.a[0])).toBe(text);
  expect(firstMarked(value)).toBe(text);
});

test("digits in texts and names are left alone", () => {
  const text = '{"9007199254740993": "\\"9007199254740993", "b\\\\": "x 12345678901234567890"}';
  expect(parseExactly(text)).toEqual(JSON.parse(text));
});

test("a name that JavaScript knows is a name like any other", () => {
  const value = parseExactly('{"__proto__": 9007199254740993}');
  expect(Object.keys(value as object)).toEqual(["__proto__"]);
  expect(firstMarked(value)).toBe("9007199254740993");
});

test("what is no JSON is refused", () => {
  expect(() => parseExactly("{a: 1}")).toThrow(SyntaxError);
});

test("the digits that count are those between the zeros", () => {
  expect(keepsDigits("0.000000000000000000001")).toBe(true);
  expect(keepsDigits("1000000000000000000000")).toBe(true);
  expect(keepsDigits("9007199254740992.5")).toBe(false);
});
