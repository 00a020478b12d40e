import { describe, expect, test } from "vitest";
import { isHistory, type Run, remember, runTitle, searchRuns } from "./history.ts";

function run(query: string, more: Partial<Run> = {}): Run {
  return {
    id: query,
    at: 0,
    endpoint: "default",
    query,
    operationName: null,
    variables: "",
    headers: [],
    ok: true,
    ms: 1,
    ...more,
  };
}

describe("remember", () => {
  test("puts the newest first", () => {
    const runs = remember(remember([], run("{ a }")), run("{ b }"));
    expect(runs.map((one) => one.query)).toEqual(["{ b }", "{ a }"]);
  });

  test("keeps what is sent again once, with its last outcome", () => {
    const runs = remember([run("{ a }", { ms: 1 })], run("{ a }", { ms: 2 }));
    expect(runs.map((one) => one.ms)).toEqual([2]);
    expect(remember(runs, run("{ a }", { variables: "{}" }))).toHaveLength(2);
  });

  test("forgets the oldest", () => {
    let runs: Run[] = [];
    for (let count = 0; count < 250; count++) {
      runs = remember(runs, run(`{ f${count} }`));
    }
    expect(runs).toHaveLength(100);
    expect(runs[0]?.query).toBe("{ f249 }");
  });

  test("keeps no more text than a browser can store", () => {
    let runs: Run[] = [];
    for (let count = 0; count < 20; count++) {
      runs = remember(runs, run(`{ f${count} }`, { variables: "x".repeat(90_000) }));
    }
    expect(runs).toHaveLength(11);
    expect(remember(runs, run("x".repeat(2_000_000)))).toHaveLength(0);
  });

  test("never keeps a secret header", () => {
    const headers = [
      { name: "Authorization", value: "Bearer hush", on: true },
      { name: "x-tag", value: "seen", on: true },
    ];
    const text = JSON.stringify(remember([], run("{ a }", { headers })));
    expect(text).not.toContain("hush");
    expect(text).toContain("seen");
  });
});

test("search finds those that have all words, in queries and variables", () => {
  const runs = [run("query People { people }"), run("{ a }", { variables: '{"name": "Ada"}' })];
  expect(searchRuns(runs, "PEOPLE query")).toEqual([runs[0]]);
  expect(searchRuns(runs, "ada")).toEqual([runs[1]]);
  expect(searchRuns(runs, "people ada")).toEqual([]);
  expect(searchRuns(runs, " ")).toEqual(runs);
});

test("a run is called by its operation, or by what it asks for", () => {
  expect(runTitle(run("query A { a } query B { b }", { operationName: "B" }))).toBe("B");
  expect(runTitle(run("{ people }"))).toBe("people");
});

test("what is no history is told apart", () => {
  expect(isHistory([run("{ a }")])).toBe(true);
  for (const other of [null, {}, [null], [{ query: 1 }], "x"]) {
    expect(isHistory(other)).toBe(false);
  }
});
