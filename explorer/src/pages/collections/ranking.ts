import type { SearchAnswer } from "../../api/types.ts";

export type Hit = SearchAnswer["hits"][number];

/** A hit among those of its column, and where other columns have the same text. */
export interface RankedHit {
  hit: Hit;
  id: string;
  /** From 1. */
  rank: number;
  /** How many places further up than in the first column; negative further down, null if it is not there. */
  climb: number | null;
  /** The numbers of the columns that have it, its own among them. */
  columns: number[];
}

/** Keys are unique in a namespace alone. */
export function hitId(hit: { namespace: string; key: string }): string {
  return JSON.stringify([hit.namespace, hit.key]);
}

/** What several searches found for one question; null is a column that has no answer. */
export function compareRankings(columns: (readonly Hit[] | null)[]): RankedHit[][] {
  const ranks = columns.map((hits) => new Map((hits ?? []).map((hit, at) => [hitId(hit), at + 1])));
  return columns.map((hits) =>
    (hits ?? []).map((hit, at) => {
      const id = hitId(hit);
      const first = ranks[0]?.get(id);
      return {
        hit,
        id,
        rank: at + 1,
        climb: first === undefined ? null : first - (at + 1),
        columns: ranks.flatMap((each, column) => (each.has(id) ? [column] : [])),
      };
    }),
  );
}

/** How much of the first column's hits another one has too. */
export function overlap(
  first: readonly Hit[],
  other: readonly Hit[],
): { shared: number; of: number } {
  const ids = new Set(first.map(hitId));
  const shared = other.filter((hit) => ids.has(hitId(hit))).length;
  return { shared, of: Math.max(first.length, other.length) };
}

/** The climb in words: it is read aloud, and is the tooltip of the arrow. */
export function climbInWords(ranked: RankedHit, first: string): string {
  if (ranked.climb === null) {
    return `Not found by ${first}`;
  }
  if (ranked.climb === 0) {
    return `The same rank as by ${first}`;
  }
  const places = Math.abs(ranked.climb) === 1 ? "1 place" : `${Math.abs(ranked.climb)} places`;
  return `${places} ${ranked.climb > 0 ? "higher" : "lower"} than by ${first}`;
}
