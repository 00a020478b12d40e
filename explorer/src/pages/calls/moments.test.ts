import { expect, test } from "vitest";
import { aCall } from "./call-example.ts";
import { elapsedMs, formatMoment } from "./moments.ts";

const at = new Date(2026, 2, 9, 4, 5, 6, 7).getTime();

test("a moment of another day names the day", () => {
  expect(formatMoment(at, at + 1_000)).toBe("04:05:06.007");
  expect(formatMoment(at, at + 86_400_000)).toBe("9 Mar 04:05:06.007");
});

test("a call that runs has run until now, whatever the server's clock says", () => {
  const running = aCall({ status: "running", ms: null, startedAt: 500 });
  expect(elapsedMs(running, 800)).toBe(300);
  expect(elapsedMs(running, 400)).toBe(0);
  expect(elapsedMs(aCall({ ms: 12, startedAt: 500 }), 800)).toBe(12);
});
