import { describe, expect, test } from "vitest";
import {
  asJson,
  childrenOf,
  type JsonRow,
  openedAtFirst,
  pathsTo,
  preview,
  RANGE,
  rootRow,
  search,
  startOf,
  stepFor,
  visibleRows,
} from "./json-tree.ts";

const openIf = (paths: Iterable<string>) => {
  const opened = new Set(paths);
  return (path: string) => opened.has(path);
};

const names = (rows: JsonRow[]) => rows.map((row) => row.name);

function nested(depth: number): unknown {
  let value: unknown = "the end";
  for (let level = 0; level < depth; level += 1) {
    value = [value];
  }
  return value;
}

describe("visibleRows", () => {
  test("has only the root while all is closed", () => {
    expect(visibleRows({ a: 1 }, () => false)).toHaveLength(1);
  });

  test("has the children of open branches below them", () => {
    const rows = visibleRows({ a: { b: 1 }, c: [true] }, openIf(["", "/a"]));
    expect(names(rows)).toEqual([null, "a", "b", "c"]);
    expect(rows.map((row) => row.depth)).toEqual([0, 1, 2, 1]);
  });

  test("tells names with slashes and tildes from branches", () => {
    const rows = visibleRows({ "a/b": 1, a: { b: 2 }, "~1": 3 }, () => true);
    expect(new Set(rows.map((row) => row.path)).size).toBe(rows.length);
  });

  test("tells a name like a range from a range", () => {
    const value = Object.fromEntries(
      Array.from({ length: 150 }, (_, index) => [`#${index}-${index + 100}`, index]),
    );
    const rows = visibleRows(value, () => true);
    expect(new Set(rows.map((row) => row.path)).size).toBe(rows.length);
  });

  test("has all of a value of thousands of levels, without a stack overflow", () => {
    expect(visibleRows(nested(10_000), () => true)).toHaveLength(10_001);
  });

  test("has no more rows than asked for", () => {
    const value = Array.from({ length: 50 }, () => Array.from({ length: 50 }, () => 1));
    expect(visibleRows(value, () => true, 200)).toHaveLength(200);
  });
});

describe("ranges", () => {
  test.each([
    [0, 1],
    [RANGE, 1],
    [RANGE + 1, RANGE],
    [RANGE * RANGE, RANGE],
    [RANGE * RANGE + 1, RANGE * RANGE],
  ])("%s children are in steps of %s", (count, step) => {
    expect(stepFor(count)).toBe(step);
  });

  test("no branch ever has more than a range of children", () => {
    const value = Array.from({ length: 1_000_001 }, () => 0);
    let rows = childrenOf(
      rootRow(value, () => false),
      () => false,
    );
    for (let level = 0; level < 5 && rows[0]?.kind === "range"; level += 1) {
      expect(rows.length).toBeLessThanOrEqual(RANGE);
      rows = childrenOf(rows.at(-1) as JsonRow, () => false);
    }
    expect(rows.at(-1)?.name).toBe(1_000_000);
  });

  test("together they have each child once", () => {
    const value = Array.from({ length: 10_250 }, (_, index) => index);
    const leaves = visibleRows(value, () => true).filter((row) => row.kind === "leaf");
    expect(leaves.map((row) => row.value)).toEqual(value);
  });
});

describe("openedAtFirst", () => {
  test("opens small values down to the depth", () => {
    expect(openedAtFirst({ a: { b: { c: 1 } } }, 2)).toEqual(new Set(["", "/a"]));
  });

  test("leaves branches closed that would make it too long", () => {
    const value = { long: Array.from({ length: 80 }, () => 1), short: [1] };
    expect(openedAtFirst(value, 3, 20)).toEqual(new Set(["", "/short"]));
  });
});

describe("pathsTo", () => {
  test("are the branches that have to be open for a row to show", () => {
    const value = { list: Array.from({ length: 12_345 }, (_, index) => ({ id: index })) };
    const paths = pathsTo(value, ["list", 9_876, "id"]);
    const rows = visibleRows(value, openIf(paths));
    expect(rows.find((row) => row.path === "/list/9876/id")?.value).toBe(9_876);
  });
});

describe("search", () => {
  const value = { first: "Hello", list: [{ HELLO: 1 }, "no", 12_345], deep: nested(5_000) };

  test("finds names and values, whatever their case, in the order of the rows", () => {
    expect(search(value, "hello").map((found) => found.path)).toEqual(["/first", "/list/0/HELLO"]);
  });

  test("finds numbers and words", () => {
    expect(search(value, "234").map((found) => found.path)).toEqual(["/list/2"]);
    expect(search([true, null], "nul").map((found) => found.path)).toEqual(["/1"]);
  });

  test("reaches values of thousands of levels", () => {
    expect(search(value, "the end")).toHaveLength(1);
  });

  test("stops at so many, and finds nothing of nothing", () => {
    expect(search([1, 1, 1, 1], "1", 2)).toHaveLength(2);
    expect(search(value, "")).toEqual([]);
  });
});

test("a string is never cut in the middle of a character", () => {
  expect(startOf("ab\u{1f3dd}", 3)).toBe("ab");
  expect(startOf("ab\u{1f3dd}", 4)).toBe("ab\u{1f3dd}");
  expect(startOf("ab", 3)).toBe("ab");
});

test("a preview names the first fields, and counts items", () => {
  expect(preview({})).toBe("{}");
  expect(preview({ a: 1, b: 2, c: 3, d: 4, e: 5 })).toBe("{ a, b, c, d, … }");
  expect(preview(Array.from({ length: 1200 }))).toBe("[ 1,200 ]");
});

test("a value that is too deep for text says so", () => {
  expect(asJson({ a: [1] })).toBe('{\n  "a": [\n    1\n  ]\n}');
  expect(asJson(nested(200_000))).toContain("too deep");
});

describe("paths", () => {
  test("are unlike for names with the signs of which paths are made", () => {
    const value = { a: { c: 1 }, "a#b": { c: 2 }, "a/c": 3, "a~1c": 4, "#0-100": { "": 5 } };
    const rows = visibleRows(value, () => true);
    expect(new Set(rows.map((row) => row.path)).size).toBe(rows.length);
  });

  test("of what a search finds are those of its rows", () => {
    const value = { "a#b": { "c#": "wanted" } };
    const rows = visibleRows(value, () => true);
    const [found] = search(value, "wanted");
    expect(rows.at(-1)?.path).toBe(found?.path);
    expect(pathsTo(value, found?.names ?? [])).toEqual(rows.slice(0, -1).map((row) => row.path));
  });
});
