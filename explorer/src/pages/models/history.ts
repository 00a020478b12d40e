import type { InferenceSummary } from "../../api/types.ts";

/** What is known of the history so far: newest first, without gaps. */
export interface History {
  rows: InferenceSummary[];
  /** Whether there are older ones than the last of `rows`. */
  more: boolean;
}

export const EMPTY: History = { rows: [], more: true };

/** How many rows stay when newer ones come in: a page may be open for days. */
const MOST = 1_000;

/** Older rows put below. */
export function withOlder(history: History, older: InferenceSummary[], more: boolean): History {
  const known = new Set(history.rows.map((row) => row.id));
  return { rows: [...history.rows, ...older.filter((row) => !known.has(row.id))], more };
}

/**
 * The newest rows put above.
 *
 * `added` is how many are new. It is null if there is a gap between them and what was known: then older
 * ones have to be asked for, down to something that is known.
 */
export function withNewest(
  history: History,
  newest: InferenceSummary[],
  more: boolean,
): { history: History; added: number | null } {
  if (history.rows.length === 0) {
    return { history: { rows: newest, more }, added: newest.length };
  }
  const known = new Set(history.rows.map((row) => row.id));
  const fresh = newest.filter((row) => !known.has(row.id));
  if (fresh.length === newest.length && more) {
    return { history, added: null };
  }
  const rows = [...fresh, ...history.rows];
  // One that took long is recorded after others that began later.
  const first = history.rows[0] as InferenceSummary;
  if (fresh.some((row) => newestFirst(row, first) > 0)) {
    rows.sort(newestFirst);
  }
  const most = Math.max(MOST, history.rows.length);
  const isCut = rows.length > most;
  return {
    history: { rows: rows.slice(0, most), more: history.more || isCut },
    added: fresh.length,
  };
}

/** As the server has them. */
function newestFirst(one: InferenceSummary, other: InferenceSummary): number {
  return other.startedAt - one.startedAt || (one.id < other.id ? 1 : -1);
}

/** Names in the order of the alphabet, each once, and `chosen` among them. */
export function choices(names: (string | null)[], chosen: string): string[] {
  const all = new Set(names.filter((name): name is string => Boolean(name)));
  if (chosen) {
    all.add(chosen);
  }
  return [...all].sort((one, other) => one.localeCompare(other));
}
