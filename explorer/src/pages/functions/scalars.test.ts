import { describe, expect, test } from "vitest";
import { checked, durationWords, readText, startingText, writeText } from "./scalars.ts";

const NOW = new Date("2025-01-31T12:30:00.250Z");

describe("what is typed", () => {
  test.each([
    ["String", " a\n", " a\n"],
    ["String", "", ""],
    ["ID", "7", "7"],
    ["Boolean", "true", true],
    ["Int", "-2147483648", -2147483648],
    ["Int", " +7 ", 7],
    ["Int64", "9223372036854775807", "9223372036854775807"],
    ["Int64", "9007199254740991", 9007199254740991],
    ["Int64", "1h30m", 5_400_000_000_000],
    ["Int64", "-1.5s", -1_500_000_000],
    ["UInt64", "18446744073709551615", "18446744073709551615"],
    ["Float", "1e3", 1000],
    ["Float", ".5", 0.5],
    ["Timestamp", "2024-02-29", "2024-02-29"],
    ["Timestamp", "2025-01-31 12:30:00.123456789+05:30", "2025-01-31 12:30:00.123456789+05:30"],
    ["Date", "0001-01-01", "0001-01-01"],
    ["Time", "12:30Z", "12:30Z"],
    ["UUID", "6FA459EAEE8A3CA4894EDB77E160355E", "6FA459EAEE8A3CA4894EDB77E160355E"],
    ["Decimal", "0.12345678901234567890", "0.12345678901234567890"],
    ["JSON", '{"a": [1, null]}', { a: [1, null] }],
    ["JSON", '"text"', "text"],
    ["Float32Array", "[1, 2.5]", [1, 2.5]],
    ["Float32Array", "AACAPw==", "AACAPw=="],
    ["Nothing", "{}", {}],
  ])("%s takes %j", (name, text, value) => {
    expect(readText(name, text)).toEqual({ value });
  });

  test.each([
    ["Boolean", "yes"],
    ["Int", ""],
    ["Int", "1.5"],
    ["Int", "2147483648"],
    ["Int", "1s"],
    ["UInt", "-1"],
    ["UInt64", "18446744073709551616"],
    ["Int64", "9223372036854775808"],
    ["Float", "NaN"],
    ["Float", "1e999"],
    ["Float", "0x10"],
    ["Float", ""],
    ["Timestamp", "2025-02-29"],
    ["Timestamp", "2025-01-31T24:00"],
    ["Timestamp", "yesterday"],
    ["Date", "2025-1-31"],
    ["Date", "0000-01-01"],
    ["Time", "12:60"],
    ["Time", "12:30+25:00"],
    ["UUID", "6fa459ea"],
    ["Decimal", "1,5"],
    ["JSON", "{a: 1}"],
    ["JSON", ""],
    ["JSON", "[9007199254740993]"],
    ["Float32Array", "[1, null]"],
    ["Float32Array", "not base64"],
  ])("%s refuses %j and says what to write", (name, text) => {
    const read = readText(name, text);
    expect(read).toHaveProperty("problem");
    expect((read as { problem: string }).problem).toMatch(/^(Write|Choose|This|The) .*\.$/);
  });

  test.each([
    "String",
    "ID",
    "Boolean",
    "Int",
    "Int64",
    "UInt",
    "UInt64",
    "Float",
    "Timestamp",
    "Date",
    "Time",
    "UUID",
    "Decimal",
    "JSON",
    "Int8Array",
    "Nothing",
  ])("%s begins with a value that it takes", (name) => {
    expect(readText(name, startingText(name, NOW))).toHaveProperty("value");
  });

  test("a duration is said in nanoseconds", () => {
    expect(durationWords("90s")).toBe("90,000,000,000 ns");
    expect(durationWords("90")).toBeNull();
  });
});

describe("what stands in JSON", () => {
  test.each([
    ["Int", "5"],
    ["String", 5],
    ["Boolean", "true"],
    ["Float", "1"],
    ["Date", 5],
    ["Int64", 1.5],
    ["Int64", true],
  ] as const)("%s refuses %j", (name, value) => {
    expect(checked(name, value)).toHaveProperty("problem");
  });

  test.each([
    ["Int64", "12"],
    ["Decimal", 1.5],
    ["Int", 3],
    ["Float", 3],
  ] as const)("%s takes %j", (name, value) => {
    expect(checked(name, value)).toHaveProperty("value");
  });
});

test("a value is written as the text that means it", () => {
  for (const [name, value] of [
    ["String", "a\nb"],
    ["JSON", "a"],
    ["JSON", { a: [1, "2"] }],
    ["Int", 5],
    ["Boolean", false],
    ["Uint16Array", [1, 2]],
    ["Uint16Array", "AAA="],
  ] as const) {
    expect(readText(name, writeText(name, value as never))).toEqual({ value });
  }
});
