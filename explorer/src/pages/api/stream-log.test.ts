import { describe, expect, test } from "vitest";
import { appended, eventLine, NO_EVENTS } from "./stream-log.ts";

const tick = (number: number) => ({ atMs: number * 10, answer: { data: { ticks: number } } });

describe("the log of a subscription", () => {
  test("numbers its events through", () => {
    const log = appended(appended(NO_EVENTS, [tick(1), tick(2)]), [tick(3)]);
    expect(log.events.map((one) => [one.number, one.atMs])).toEqual([
      [1, 10],
      [2, 20],
      [3, 30],
    ]);
    expect(log.total).toBe(3);
  });

  test("keeps the last, and knows how many there were", () => {
    let log = NO_EVENTS;
    for (let count = 1; count <= 10; count++) {
      log = appended(log, [tick(count)], 4);
    }
    expect(log.events.map((one) => one.number)).toEqual([7, 8, 9, 10]);
    expect(log.total).toBe(10);
  });

  test("counts those with errors", () => {
    const log = appended(NO_EVENTS, [tick(1), { atMs: 1, answer: { errors: [{ message: "m" }] } }]);
    expect(log.failed).toBe(1);
  });
});

test.each([
  [{ data: { ticks: 3 } }, "3"],
  [{ data: { story: "Once\nupon" } }, "Once upon"],
  [{ data: { line: { text: "a" } } }, '{"text":"a"}'],
  [{ data: null }, "null"],
  [{ errors: [{ message: "no" }], data: { ticks: 3 } }, "no"],
  [{ data: { long: "x".repeat(30) } }, `${"x".repeat(20)}…`],
])("%j reads as %s", (answer, line) => {
  expect(eventLine(answer, 20)).toBe(line);
});
