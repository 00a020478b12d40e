import { describe, expect, it } from "vitest";
import { type Checks, checkOf, inTurns, summary, unanswered } from "./health.ts";

const well = {
  state: "checked",
  health: { ok: true, message: "", hint: null, ms: 3 },
  at: 0,
} as const;
const ill = { state: "checked", health: unanswered("refused", null), at: 0 } as const;

describe("summary", () => {
  it("says nothing before anything was checked", () => {
    expect(summary({}, ["a", "b"])).toBeNull();
    expect(summary({}, [])).toBeNull();
  });

  it("says how many are still being checked", () => {
    expect(summary({ a: well, b: { state: "checking" } }, ["a", "b"])).toBe("Checking 1 of 2");
  });

  it("says what fails first", () => {
    expect(summary({ a: well, b: ill }, ["a", "b"])).toBe("1 failing, 1 healthy");
    expect(summary({ a: well }, ["a", "b"])).toBe("1 healthy, 1 not checked");
  });

  it("forgets connections that are gone from the manifest", () => {
    expect(summary({ a: well, gone: ill }, ["a"])).toBe("1 healthy");
  });
});

describe("checkOf", () => {
  it("takes a connection's name as a name, whatever it is", () => {
    const checks: Checks = {};
    expect(checkOf(checks, "constructor")).toEqual({ state: "unchecked" });
    expect(checkOf({ a: well }, "a")).toBe(well);
  });
});

describe("inTurns", () => {
  it("runs each task once, and no more than so many together", async () => {
    let [running, most] = [0, 0];
    const ended: number[] = [];
    const tasks = [5, 1, 3, 2, 4].map((turns) => async () => {
      most = Math.max(most, ++running);
      for (let turn = 0; turn < turns; turn++) {
        await Promise.resolve();
      }
      running--;
      ended.push(turns);
    });
    await inTurns(tasks, 2);
    expect(most).toBe(2);
    expect([...ended].sort()).toEqual([1, 2, 3, 4, 5]);
  });

  it("is done at once with no tasks", async () => {
    await expect(inTurns([], 3)).resolves.toBeUndefined();
  });
});
