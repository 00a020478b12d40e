import { expect, test } from "vitest";
import { alternative, timesOf } from "./chart-text.ts";

const format = (value: number) => `${value} ms`;

test("tells each series in a sentence", () => {
  const series = [
    { label: "median", values: [5, null, 2, 3] },
    { label: "p95", values: [null, null, null, null] },
  ];
  expect(alternative("Latency", [1, 2, 3, 4], series, format)).toBe(
    "Latency. median: 3 values from 2 ms to 5 ms, 3 ms at the end. p95: no values.",
  );
});

test("says so when there is nothing", () => {
  expect(alternative("Latency", [], [{ label: "median", values: [] }], format)).toBe(
    "Latency: no values yet.",
  );
});

test("moments on an axis have as much as their distance needs", () => {
  const noon = new Date(2026, 10, 28, 12, 0, 0).getTime() / 1000;
  const day = 86_400;
  expect(timesOf([noon, noon + 0.5])).toEqual(["12:00:00.000", "12:00:00.500"]);
  expect(timesOf([noon, noon + 15])).toEqual(["12:00:00", "12:00:15"]);
  expect(timesOf([noon, noon + 300])).toEqual(["12:00", "12:05"]);
  expect(timesOf([noon, noon + day / 2])).toEqual(["12:00", "29 Nov"]);
  expect(timesOf([noon, noon + day])).toEqual(["28 Nov", "29 Nov"]);
  expect(timesOf([noon])).toEqual(["12:00"]);
});
