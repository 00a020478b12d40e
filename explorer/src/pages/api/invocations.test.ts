import { describe, expect, test } from "vitest";
import { callOf, invocationsOf, serverTimings } from "./invocations.ts";

const answer = {
  data: null,
  extensions: {
    invocations: {
      person: { executionId: "a1", logs: [{ message: "m" }, { message: "n" }] },
      hello: { executionId: "b2" },
      odd: "x",
    },
  },
};

test("an answer names its calls", () => {
  expect(invocationsOf(answer)).toEqual([
    { key: "person", id: "a1", lines: 2 },
    { key: "hello", id: "b2", lines: 0 },
  ]);
  expect(invocationsOf({ extensions: { invocations: null } })).toEqual([]);
});

describe("the call of an error", () => {
  test("is the one that it names, else that of its field", () => {
    const named = { message: "m", path: ["hello"], extensions: { executionId: "c3" } };
    expect(callOf(named, answer)).toBe("c3");
    expect(callOf({ message: "m", path: ["person", "name"] }, answer)).toBe("a1");
  });

  test("is none where nothing ran", () => {
    expect(callOf({ message: "m" }, answer)).toBeNull();
    expect(callOf({ message: "m", path: ["other"] }, {})).toBeNull();
  });
});

test("timings are those of the header and of tracing", () => {
  const headers = new Headers({ "server-timing": 'db;dur=53.2;desc="x", cache, app;dur=oops' });
  const traced = { extensions: { tracing: { duration: 1_500_000 } } };
  expect(serverTimings(headers, traced)).toEqual([
    { name: "db", ms: 53.2 },
    { name: "server", ms: 1.5 },
  ]);
  expect(serverTimings(new Headers(), null)).toEqual([]);
});
