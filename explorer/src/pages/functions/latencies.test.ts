import { expect, test } from "vitest";
import { aCall } from "../calls/call-example.ts";
import { latenciesOf } from "./latencies.ts";

test("only calls of the function that have ended count, oldest first", () => {
  const calls = [
    aCall({ id: "c", startedAt: 3, ms: 30 }),
    aCall({ id: "x", function: "other" }),
    aCall({ id: "r", status: "running", ms: null }),
    aCall({ id: "a", startedAt: 1, ms: 10, status: "failed" }),
  ];
  const found = latenciesOf(calls, "sayHello");
  expect(found.calls.map((call) => [call.id, call.failed])).toEqual([
    ["a", true],
    ["c", false],
  ]);
  expect([found.medianMs, found.scaleMs]).toEqual([10, 30]);
});

test("only the latest are shown", () => {
  const calls = Array.from({ length: 100 }, (_, index) =>
    aCall({ id: `${index}`, startedAt: index }),
  );
  const found = latenciesOf(calls, "sayHello", 3);
  expect(found.calls.map((call) => call.id)).toEqual(["97", "98", "99"]);
});

test("one slow call does not make the others flat", () => {
  const calls = [2000, 10, 10, 10, 12, 11].map((ms, at) =>
    aCall({ id: `${at}`, startedAt: at, ms }),
  );
  const found = latenciesOf(calls, "sayHello");
  expect(found.calls[0]).toMatchObject({ cut: true, height: 1 });
  expect(found.calls[4]?.height).toBeGreaterThan(0.3);
});

test("no calls have no latencies", () => {
  expect(latenciesOf([], "sayHello")).toEqual({
    calls: [],
    medianMs: null,
    p95Ms: null,
    scaleMs: 0,
  });
});
