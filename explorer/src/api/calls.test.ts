import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { digitsOf } from "./exact-json.ts";
import type { CallSummary } from "./types.ts";

let calls: typeof import("./calls.ts");
let answers: ((value: unknown) => void)[] = [];

const aCall = (id: string, startedAt: number) => ({ id, startedAt, status: "ok" }) as CallSummary;
const ids = () => calls.recentCalls.value.map((call) => call.id);

/** Answers the oldest request that has no answer yet. */
async function answer(found: unknown): Promise<void> {
  await vi.waitFor(() => expect(answers.length).toBeGreaterThan(0));
  answers.shift()?.(found);
}

beforeEach(async () => {
  answers = [];
  vi.stubGlobal("fetch", async (path: string) => {
    if (path.endsWith("/session")) {
      return Response.json({ mode: "dev", auth: "given", token: "t", app: "", version: "" });
    }
    return Response.json(await new Promise((resolve) => answers.push(resolve)));
  });
  vi.resetModules();
  calls = await import("./calls.ts");
});

afterEach(() => {
  vi.unstubAllGlobals();
});

test("older calls that were asked for before the list was cleared do not come back", async () => {
  calls.receiveCalls([aCall("b", 2)]);
  const older = calls.loadOlder();
  await vi.waitFor(() => expect(answers).toHaveLength(1));
  calls.receiveCleared();
  await answer({ calls: [aCall("a", 1)], forgotten: 0 });
  expect(await older).toBe(false);
  expect(ids()).toEqual([]);
});

test("the newest calls are asked for again if the list was cleared meanwhile", async () => {
  const loading = calls.loadCalls();
  await vi.waitFor(() => expect(answers).toHaveLength(1));
  calls.receiveCleared();
  await answer({ calls: [aCall("a", 1)], forgotten: 0 });
  await answer({ calls: [aCall("b", 2)], forgotten: 0 });
  await loading;
  expect(ids()).toEqual(["b"]);
});

test("a call in full has all digits of its arguments and its result, and plain numbers else", () => {
  const call = calls.readCall(
    '{"startedAt": 1795883495674.25, "arguments": {"value": 9007199254740993}, "result": {"value": [1]}}',
  );
  expect(call.startedAt).toBe(1795883495674.25);
  expect(digitsOf((call.arguments as { value: unknown }).value)).toBe("9007199254740993");
  expect(call.result).toEqual({ value: [1] });
});
