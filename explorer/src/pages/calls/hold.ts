import type { CallSummary } from "../../api/types.ts";

/**
 * What a list shows that stands still while calls come in: the calls that it had, with what has become
 * of them since, and older ones that were loaded below. `held` itself if nothing changed.
 *
 * Calls that the store has dropped stay, so that nothing moves under the reader's eyes.
 */
export function holdStill(
  held: readonly CallSummary[],
  current: readonly CallSummary[],
): readonly CallSummary[] {
  const now = withNews(held, current);
  const last = held.at(-1);
  if (last === undefined) {
    return now;
  }
  const end = current.findLastIndex((call) => call.id === last.id);
  const older = end === -1 ? [] : current.slice(end + 1);
  return older.length === 0 ? now : [...now, ...older];
}

/** Only calls that were running can have news, and these are few: the rest is not looked at. */
function withNews(
  held: readonly CallSummary[],
  current: readonly CallSummary[],
): readonly CallSummary[] {
  const running = new Map<string, number>();
  held.forEach((call, index) => {
    if (call.status === "running") {
      running.set(call.id, index);
    }
  });
  if (running.size === 0) {
    return held;
  }
  let changed: CallSummary[] | null = null;
  for (const call of current) {
    const index = running.get(call.id);
    if (index !== undefined && held[index] !== call) {
      changed ??= [...held];
      changed[index] = call;
    }
  }
  return changed ?? held;
}

/** How many of `current` (newest first) stand above what the held list begins with. */
export function newSince(held: readonly CallSummary[], current: readonly CallSummary[]): number {
  const first = held[0];
  if (first === undefined) {
    return current.length;
  }
  const index = current.findIndex((call) => call.id === first.id);
  return index === -1 ? current.length : index;
}
