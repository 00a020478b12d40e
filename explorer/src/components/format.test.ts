import { describe, expect, test } from "vitest";
import {
  cut,
  formatAgo,
  formatBytes,
  formatCost,
  formatCount,
  formatDateTime,
  formatDuration,
  formatNumber,
  formatShare,
  formatShort,
  formatTime,
  formatWhen,
  plural,
} from "./format.ts";

/** The numbers stand close to their units: a narrow space, which is hard to see in a test. */
const plain = (text: string) => text.replaceAll("\u202f", " ");

describe("formatDuration", () => {
  test.each([
    [null, "–"],
    [Number.NaN, "–"],
    [0, "0 ms"],
    [0.004, "< 0.01 ms"],
    [0.42, "0.42 ms"],
    [0.5, "0.5 ms"],
    [0.999, "1 ms"],
    [1, "1 ms"],
    [9.94, "9.9 ms"],
    [9.96, "10 ms"],
    [18.4, "18 ms"],
    [999.4, "999 ms"],
    [999.6, "1.00 s"],
    [1240, "1.24 s"],
    [12_300, "12.3 s"],
    [59_960, "1 min 0 s"],
    [125_000, "2 min 5 s"],
    [3_725_000, "1 h 2 min"],
    [-20, "-20 ms"],
  ])("says %s as %s", (ms, text) => {
    expect(plain(formatDuration(ms))).toBe(text);
  });
});

describe("formatBytes", () => {
  test.each([
    [null, "–"],
    [0, "0 B"],
    [812, "812 B"],
    [999.6, "1 KB"],
    [1500, "1.5 KB"],
    [12_400_000, "12 MB"],
    [5e15, "5000 TB"],
  ])("says %s as %s", (bytes, text) => {
    expect(plain(formatBytes(bytes))).toBe(text);
  });
});

test("counts are grouped, and shortened where room is little", () => {
  expect(formatCount(12_480)).toBe("12,480");
  expect(formatCount(null)).toBe("–");
  expect(formatShort(950)).toBe("950");
  expect(formatShort(12_480)).toBe("12.5k");
  expect(formatShort(3_100_000)).toBe("3.1M");
});

test("shares are percent, with a digit more below one", () => {
  expect(formatShare(0.42)).toBe("42%");
  expect(formatShare(0.004)).toBe("0.4%");
  expect(formatShare(0)).toBe("0%");
  expect(formatShare(0 / 0)).toBe("–");
});

describe("formatCost", () => {
  test.each([
    [null, "USD", "–"],
    [0, "USD", "$0.00"],
    [0.000_42, "USD", "$0.00042"],
    [0.015, "EUR", "€0.015"],
    [1.2, "USD", "$1.20"],
    [-2, "USD", "-$2.00"],
    [1234.5, null, "$1,234.50"],
    [3.5, "SEK", "3.50 SEK"],
  ])("says %s %s as %s", (cost, currency, text) => {
    expect(plain(formatCost(cost, currency))).toBe(text);
  });
});

test("numbers have the digits that matter", () => {
  expect(formatNumber(0.831_234)).toBe("0.8312");
  expect(formatNumber(12.5)).toBe("12.5");
  expect(formatNumber(null)).toBe("–");
});

describe("times", () => {
  const at = new Date(2026, 10, 28, 14, 5, 9, 120).getTime();

  test("are in the zone of the browser", () => {
    expect(formatTime(at)).toBe("14:05:09");
    expect(formatTime(at, true)).toBe("14:05:09.120");
    expect(formatDateTime(at)).toBe("2026-11-28 14:05:09");
  });

  test("name the day unless it is today", () => {
    expect(formatWhen(at, at + 60_000)).toBe("14:05:09");
    expect(formatWhen(at, new Date(2026, 10, 29).getTime())).toBe("28 Nov 14:05");
    expect(formatWhen(at, new Date(2027, 0, 1).getTime())).toBe("28 Nov 2026 14:05");
  });

  test.each([
    [-5_000, "just now"],
    [1_000, "just now"],
    [12_000, "12 s ago"],
    [59_900, "59 s ago"],
    [60_000, "1 min ago"],
    [3 * 3_600_000, "3 h ago"],
    [30 * 3_600_000, "yesterday"],
    [72 * 3_600_000, "3 days ago"],
  ])("%s ms ago is %s", (ms, text) => {
    expect(plain(formatAgo(at, at + ms))).toBe(text);
  });
});

test("a plural is for all counts but one", () => {
  expect(plural(1, "call")).toBe("1 call");
  expect(plural(0, "call")).toBe("0 calls");
  expect(plural(1200, "entry", "entries")).toBe("1,200 entries");
});

test("a cut never leaves half of a character", () => {
  expect(cut("abc", 3)).toBe("abc");
  expect(cut("abcd", 3)).toBe("abc…");
  expect(cut("ab\u{1f3dd}d", 3)).toBe("ab…");
});
