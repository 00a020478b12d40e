import { expect, test } from "vitest";
import { aFunction } from "./examples";
import { functionAt, groupsOf } from "./navigation";

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

test.each([
  ["SAY", [HELLO]],
  ["say_h", [HELLO]],
  ["story", [TELL]],
  ["te sto", [TELL]],
  ["nothing", []],
])("the filter %j looks at names and docs", (filter, found) => {
  expect(groupsOf(ALL, filter).flatMap((group) => group.functions)).toEqual(found);
});

test("an address leads to its function, none to the last one or else the first", () => {
  expect(functionAt(ALL, "subscription.tell", null)).toBe(TELL);
  expect(functionAt(ALL, "query.tell", "query.sayHello")).toBeNull();
  expect(functionAt(ALL, "", "subscription.ticks")).toBe(TICKS);
  expect(functionAt(ALL, "", "query.gone")).toBe(HELLO);
  expect(functionAt([], "", null)).toBeNull();
});
