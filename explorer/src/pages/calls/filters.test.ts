import { describe, expect, test } from "vitest";
import { aCall } from "./call-example.ts";
import { filterCalls, functionsOf, NO_FILTERS, readFilters, writeFilters } from "./filters.ts";

describe("the address", () => {
  test("is empty without filters", () => {
    expect(writeFilters(NO_FILTERS)).toBe("");
    expect(readFilters(new URLSearchParams(""))).toEqual(NO_FILTERS);
  });

  test("gives back the filters that it was made of", () => {
    const filters = {
      function: "getPerson",
      status: "failed" as const,
      error: "no such & thing",
      atLeastMs: 12.5,
      embedders: false,
    };
    expect(readFilters(new URLSearchParams(writeFilters(filters)))).toEqual(filters);
  });

  test("of somebody's typing errors filters nothing", () => {
    const query = new URLSearchParams("status=broken&min=-3&function=&embedders=maybe");
    expect(readFilters(query)).toEqual(NO_FILTERS);
    expect(readFilters(new URLSearchParams("min=abc")).atLeastMs).toBeNull();
  });
});

describe("filterCalls", () => {
  const hello = aCall({ id: "1", function: "sayHello", ms: 3 });
  const broken = aCall({
    id: "2",
    function: "getPerson",
    status: "failed",
    ms: 250,
    error: { code: "SQL_FAILED", message: "No such Table" },
  });
  const running = aCall({ id: "3", function: "getPerson", status: "running", ms: null });
  const embedder = aCall({ id: "4", function: "embed", reason: "embedder", ms: 100 });
  const calls = [hello, broken, running, embedder];

  test("gives the same list without filters", () => {
    expect(filterCalls(calls, NO_FILTERS)).toBe(calls);
  });

  test.each([
    ["function", { function: "getPerson" }, "2 3"],
    ["status", { status: "running" as const }, "3"],
    ["message of the error, whatever its capitals", { error: "such table" }, "2"],
    ["code of the error", { error: "sql_" }, "2"],
    ["least duration, which is included", { atLeastMs: 100 }, "2 4"],
    ["who called", { embedders: false }, "1 2 3"],
    ["all of them together", { function: "getPerson", atLeastMs: 1 }, "2"],
  ])("filters by %s", (_name, change, expected) => {
    const shown = filterCalls(calls, { ...NO_FILTERS, ...change });
    expect(shown.map((call) => call.id).join(" ")).toBe(expected);
  });
});

test("functionsOf names each function once, by the alphabet", () => {
  const calls = ["b", "a", "b"].map((name) => aCall({ function: name }));
  expect(functionsOf(calls)).toEqual(["a", "b"]);
});
