import { describe, expect, it } from "vitest";
import type { InferenceSummary } from "../../api/types.ts";
import { choices, EMPTY, withNewest, withOlder } from "./history.ts";

function row(id: string): InferenceSummary {
  return { id, startedAt: id.charCodeAt(0) } as InferenceSummary;
}
const rows = (...ids: string[]) => ids.map(row);
const ids = (history: { rows: InferenceSummary[] }) => history.rows.map((each) => each.id);

describe("the newest rows", () => {
  const known = { rows: rows("c", "b", "a"), more: true };

  it("are put above what is known", () => {
    const { history, added } = withNewest(known, rows("e", "d", "c"), true);
    expect(ids(history)).toEqual(["e", "d", "c", "b", "a"]);
    expect(added).toBe(2);
    expect(history.more).toBe(true);
  });

  it("change nothing if there are none", () => {
    const { history, added } = withNewest(known, rows("c", "b", "a"), true);
    expect(ids(history)).toEqual(["c", "b", "a"]);
    expect(added).toBe(0);
  });

  it("are not put above a gap", () => {
    const { history, added } = withNewest(known, rows("g", "f", "e"), true);
    expect(added).toBeNull();
    expect(history).toBe(known);
  });

  it("leave no gap if there are no older ones", () => {
    const { history, added } = withNewest({ rows: rows("a"), more: false }, rows("b"), false);
    expect(ids(history)).toEqual(["b", "a"]);
    expect(added).toBe(1);
  });

  it("find their place if they began before others that ended sooner", () => {
    const { history } = withNewest(
      { rows: rows("d", "b", "a"), more: false },
      rows("d", "c", "b"),
      true,
    );
    expect(ids(history)).toEqual(["d", "c", "b", "a"]);
  });

  it("are the first if nothing was known", () => {
    const { history, added } = withNewest(EMPTY, rows("b", "a"), false);
    expect(ids(history)).toEqual(["b", "a"]);
    expect(history.more).toBe(false);
    expect(added).toBe(2);
  });
});

it("older rows are put below, each once", () => {
  const history = withOlder({ rows: rows("c", "b"), more: true }, rows("b", "a"), false);
  expect(ids(history)).toEqual(["c", "b", "a"]);
  expect(history.more).toBe(false);
});

it("choices are names in order, and the chosen one among them", () => {
  expect(choices(["b", null, "a", "b"], "gone")).toEqual(["a", "b", "gone"]);
  expect(choices(["b"], "")).toEqual(["b"]);
});

it("keeps no more rows than it had, or a thousand, when newer ones come in", () => {
  const numbered = (from: number, count: number) =>
    Array.from(
      { length: count },
      (_, at) => ({ id: `${from - at}`, startedAt: from - at }) as InferenceSummary,
    );
  const { history, added } = withNewest(
    { rows: numbered(1_000, 1_000), more: false },
    numbered(1_002, 3),
    true,
  );
  expect(added).toBe(2);
  expect(history.rows).toHaveLength(1_000);
  expect(history.rows[0]?.id).toBe("1002");
  expect(history.more).toBe(true);
});
