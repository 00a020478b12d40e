import type { CallSummary } from "../../api/types.ts";

/** A call for tests: one that went well, with `changes`. */
export function aCall(changes: Partial<CallSummary> = {}): CallSummary {
  return {
    id: "call",
    function: "sayHello",
    reason: "request",
    status: "ok",
    startedAt: 1_000,
    ms: 10,
    queueMs: 1,
    instantiateMs: 2,
    hostMs: 3,
    guestMs: 4,
    operations: 0,
    lines: 0,
    error: null,
    ...changes,
  };
}
