import type { CallSummary } from "../../api/types.ts";

/** What the time of a call is made of. */
export type PartName = "queue" | "instantiate" | "guest" | "host";

export interface Part {
  name: PartName;
  label: string;
  /** One sentence for who does not know the word. */
  meaning: string;
  ms: number;
  /** Of all parts, 0 to 1. */
  share: number;
}

export type Times = Pick<CallSummary, "queueMs" | "instantiateMs" | "guestMs" | "hostMs">;

const PARTS: readonly [PartName, keyof Times, string, string][] = [
  ["queue", "queueMs", "Queue", "It waited for a free sandbox."],
  ["instantiate", "instantiateMs", "Start", "Its own instance was made ready."],
  ["guest", "guestMs", "Function", "The function itself was at work."],
  ["host", "hostMs", "Host calls", "It waited for models, databases, HTTP and the like."],
];

/** The four parts in the order in which a call meets them; all shares are 0 if no time has passed. */
export function partsOf(times: Times): Part[] {
  const total = PARTS.reduce((sum, [, key]) => sum + Math.max(0, times[key]), 0);
  return PARTS.map(([name, key, label, meaning]) => {
    const ms = Math.max(0, times[key]);
    return { name, label, meaning, ms, share: total === 0 ? 0 : ms / total };
  });
}
