import { expect, test } from "vitest";
import { aField, aFunction } from "./examples.ts";
import { functionAt, groupsOf } from "./navigation.ts";

const HELLO = aFunction();
const TICKS = aFunction({
  field: "ticks",
  export: "ticks",
  operation: "subscription",
  builtIn: true,
});
const TELL = aFunction({
  field: "tell",
  export: "tell",
  operation: "subscription",
  description: "A story.",
});
const ALL = [TICKS, TELL, HELLO];

test("functions are grouped by operation, Atoll's own last, without empty groups", () => {
  expect(groupsOf(ALL, "").map((group) => [group.title, group.functions])).toEqual([
    ["Query", [HELLO]],
    ["Subscription", [TELL, TICKS]],
  ]);
});

test("functions of a group stand as they do in the source, those of which nobody knows where last", () => {
  const named = (field: string, file: string | null, line: number | null) =>
    aFunction({ field, file, line });
  const all = [
    named("lost", null, null),
    named("late", "b.py", 2),
    named("third", "a.py", 30),
    named("first", "a.py", 4),
  ];
  const [group] = groupsOf(all, "");
  expect(group?.functions.map((each) => each.field)).toEqual(["first", "third", "late", "lost"]);
});

test.each([
  ["SAY", [HELLO]],
  ["say_h", [HELLO]],
  ["story", [TELL]],
  ["te sto", [TELL]],
  ["nothing", []],
])("the filter %j looks at names and docs", (filter, found) => {
  expect(groupsOf(ALL, filter).flatMap((group) => group.functions)).toEqual(found);
});

test("what has the filter in its name stands before what has it in its doc", () => {
  const doc = aFunction({ field: "sayHello", description: "Greet somebody.", line: 1 });
  const name = aFunction({ field: "greetAll", export: "greet_all", line: 9 });
  expect(groupsOf([doc, name], "greet")[0]?.functions).toEqual([name, doc]);
});

test("an address leads to its function, none to the last one or else the first", () => {
  expect(functionAt(ALL, "subscription.tell", null)).toBe(TELL);
  expect(functionAt(ALL, "query.tell", "query.sayHello")).toBeNull();
  expect(functionAt(ALL, "", "subscription.ticks")).toBe(TICKS);
  expect(functionAt(ALL, "", "query.gone")).toBe(HELLO);
  expect(functionAt([], "", null)).toBeNull();
});

test("what is opened first runs without a value to be given, if anything does", () => {
  const needs = aFunction({ field: "needs", line: 1, arguments: [aField("name", "String!")] });
  const runs = aFunction({ field: "runs", line: 5, arguments: [aField("name", "String!", '"x"')] });
  const later = aFunction({ field: "later", line: 9 });
  expect(functionAt([later, runs, needs], "", null)).toBe(runs);
  expect(functionAt([needs, TICKS], "", null)).toBe(needs);
});
