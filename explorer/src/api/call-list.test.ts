import { describe, expect, test } from "vitest";
import { appendOlder, joinNewest, mergeCalls } from "./call-list.ts";
import type { CallSummary } from "./types.ts";

function call(id: string, startedAt: number, changes: Partial<CallSummary> = {}): CallSummary {
  return {
    id,
    function: "sayHello",
    reason: "request",
    status: "ok",
    startedAt,
    ms: 1,
    queueMs: 0,
    instantiateMs: 0,
    hostMs: 0,
    guestMs: 1,
    operations: 0,
    lines: 0,
    error: null,
    ...changes,
  };
}

function ids(calls: readonly CallSummary[]): string {
  return calls.map((one) => one.id).join(" ");
}

describe("mergeCalls", () => {
  test("puts new calls first", () => {
    const list = mergeCalls([call("a", 1)], [call("b", 2), call("c", 3)], 10);
    expect(ids(list)).toBe("c b a");
  });

  test("puts the one that came last of a moment first", () => {
    const list = mergeCalls([call("a", 1)], [call("b", 1), call("c", 1)], 10);
    expect(ids(list)).toBe("c b a");
  });

  test("puts a call that is told of late where it started", () => {
    const list = mergeCalls([call("c", 3), call("a", 1)], [call("d", 4), call("b", 2)], 10);
    expect(ids(list)).toBe("d c b a");
  });

  test("changes a known call where it is", () => {
    const running = call("a", 1, { status: "running", ms: null });
    const list = mergeCalls([call("b", 2), running], [call("a", 1, { ms: 7 })], 10);
    expect(ids(list)).toBe("b a");
    expect(list[1]).toMatchObject({ status: "ok", ms: 7 });
  });

  test("takes the last word on a call that starts and ends in one batch", () => {
    const start = call("a", 1, { status: "running", ms: null });
    const end = call("a", 1, { status: "failed", ms: 3 });
    expect(mergeCalls([], [start, end], 10)).toEqual([end]);
    expect(mergeCalls([], [end, start], 10)).toEqual([end]);
  });

  test("never lets an ended call run again", () => {
    const ended = [call("a", 1)];
    expect(mergeCalls(ended, [call("a", 1, { status: "running", ms: null })], 10)).toBe(ended);
  });

  test("gives the same list when there is no news", () => {
    const list = [call("a", 1)];
    expect(mergeCalls(list, [], 10)).toBe(list);
  });

  test("drops the oldest beyond the bound", () => {
    const list = mergeCalls([call("b", 2), call("a", 1)], [call("c", 3), call("d", 4)], 3);
    expect(ids(list)).toBe("d c b");
  });

  test("leaves the list that it was given unchanged", () => {
    const list = Object.freeze([Object.freeze(call("a", 1))]);
    mergeCalls(list, [call("a", 1, { ms: 9 }), call("b", 2)], 1);
    expect(list[0]?.ms).toBe(1);
  });

  test("keeps any order of batches sorted and without doubles", () => {
    let seed = 7;
    const random = (most: number) => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return seed % most;
    };
    let list: readonly CallSummary[] = [];
    for (let round = 0; round < 200; round += 1) {
      const news = Array.from({ length: random(6) }, () => {
        const start = random(80);
        return call(`call-${start}`, start);
      });
      list = mergeCalls(list, news, 50);
      const starts = list.map((one) => one.startedAt);
      expect(starts).toEqual([...new Set(starts)].sort((a, b) => b - a));
      expect(list.length).toBeLessThanOrEqual(50);
    }
  });
});

describe("appendOlder", () => {
  test("puts older calls last and knows those that are there", () => {
    const list = [call("c", 3), call("b", 2, { ms: 5 })];
    const longer = appendOlder(list, [call("b", 2, { ms: null }), call("a", 1)], 10);
    expect(ids(longer)).toBe("c b a");
    expect(longer[1]?.ms).toBe(5);
  });

  test("gives the same list when all is known or the bound is reached", () => {
    const list = [call("b", 2)];
    expect(appendOlder(list, [call("b", 2)], 10)).toBe(list);
    expect(ids(appendOlder(list, [call("a", 1)], 1))).toBe("b");
  });
});

describe("joinNewest", () => {
  const [a, b, c, d] = [call("a", 1), call("b", 2), call("c", 3), call("d", 4)];

  test("keeps older calls below a full page that touches them", () => {
    expect(ids(joinNewest([c, b, a], [d, c], 2, 10))).toBe("d c b a");
  });

  test("leaves the page alone where calls would be missing between", () => {
    expect(ids(joinNewest([b, a], [d, c], 2, 10))).toBe("d c");
  });

  test("drops what was forgotten", () => {
    expect(ids(joinNewest([c, b, a], [d, b], 10, 10))).toBe("d b");
    expect(ids(joinNewest([c, b, a], [], 10, 10))).toBe("");
    expect(ids(joinNewest([d, c, b, a], [d, b], 2, 10))).toBe("d b a");
  });

  test("believes that a call has ended rather than that it runs", () => {
    const running = call("a", 1, { status: "running", ms: null });
    expect(joinNewest([a], [running], 10, 10)).toEqual([a]);
    expect(joinNewest([running], [a], 10, 10)).toEqual([a]);
  });
});
