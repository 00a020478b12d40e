import { expect, test } from "vitest";
import { digitsOf, firstMarked, keepsDigits, parseExactly, writeExactly } from "./exact-json.ts";

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

test.each([
  '{"id":9007199254740993,"list":[-9223372036854775808,1.5],"text":"9007199254740993"}',
  "18446744073709551615",
  "0.12345678901234567890",
])("%s is written as it was read", (text) => {
  expect(writeExactly(parseExactly(text))).toBe(text);
});

test("a text that only looks like a marked number is no number", () => {
  const text = JSON.stringify(["\u0000digits:1, 2", "\u0000digits:", "\u0000digits:1e"]);
  const value = parseExactly(text) as string[];
  expect(value.map(digitsOf)).toEqual([null, null, null]);
  expect(writeExactly(value)).toBe(text);
});

test("is laid out as JSON.stringify does it", () => {
  expect(writeExactly({ a: parseExactly("9007199254740993") }, 2)).toBe(
    '{\n  "a": 9007199254740993\n}',
  );
});
