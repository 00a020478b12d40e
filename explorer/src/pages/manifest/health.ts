import type { Health } from "../../api/types.ts";

/** What is known of a connection's health. Nothing is asked before somebody asks for it. */
export type Check =
  | { state: "unchecked" }
  | { state: "checking" }
  | { state: "checked"; health: Health; at: number };

export type Checks = { readonly [connection: string]: Check };

export function checkOf(checks: Checks, connection: string): Check {
  return Object.hasOwn(checks, connection) ? (checks[connection] as Check) : { state: "unchecked" };
}

/** Of a check that could not be asked for at all: the connection itself may be well. */
export function unanswered(message: string, hint: string | null): Health {
  return { ok: false, message, hint, ms: 0 };
}

/** What "check all" came to, for one line of text; null before anything was checked. */
export function summary(checks: Checks, connections: readonly string[]): string | null {
  const all = connections.map((name) => checkOf(checks, name));
  const checking = all.filter((check) => check.state === "checking").length;
  if (checking > 0) {
    return `Checking ${checking} of ${all.length}`;
  }
  const checked = all.flatMap((check) => (check.state === "checked" ? [check.health] : []));
  if (checked.length === 0) {
    return null;
  }
  const failing = checked.filter((health) => !health.ok).length;
  const unchecked = all.length - checked.length;
  const parts = [failing > 0 ? `${failing} failing` : "", `${checked.length - failing} healthy`];
  if (unchecked > 0) {
    parts.push(`${unchecked} not checked`);
  }
  return parts.filter(Boolean).join(", ");
}

/** Runs the tasks, at most `most` at the same time, each as soon as there is room. */
export async function inTurns(
  tasks: readonly (() => Promise<void>)[],
  most: number,
): Promise<void> {
  const left = [...tasks];
  const worker = async () => {
    for (let task = left.shift(); task; task = left.shift()) {
      await task();
    }
  };
  await Promise.all(Array.from({ length: Math.min(most, tasks.length) }, worker));
}
