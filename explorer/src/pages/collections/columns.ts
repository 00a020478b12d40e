import type { CollectionInfo } from "../../api/types.ts";
import type { Mode } from "./place.ts";
import type { RankedHit } from "./ranking.ts";

/** One way to search a collection, which is a column where several are compared. */
export interface Way {
  id: string;
  method: string;
  mode: Mode;
  label: string;
}

export const MOST_COLUMNS = 4;

/** All ways to search a collection. By words alone is one way, since no vectors take part in it. */
export function waysOf(collection: CollectionInfo): Way[] {
  const several = collection.methods.length > 1;
  const ways: Way[] = collection.methods.flatMap(({ name }) =>
    (["vector", "hybrid"] as const).map((mode) => ({
      id: `${mode}:${name}`,
      method: name,
      mode,
      label: labelOf(several ? name : "Meaning", mode),
    })),
  );
  const method = collection.methods[0]?.name ?? "";
  return [...ways, { id: "text:", method, mode: "text", label: "Words" }];
}

function labelOf(method: string, mode: "vector" | "hybrid"): string {
  return mode === "vector" ? method : `${method} and words`;
}

/** Those of the ids that there are, in the order of the ids; else what is most worth to be compared. */
export function chosenWays(ways: readonly Way[], ids: readonly string[]): Way[] {
  const chosen = ids.flatMap((id) => ways.filter((way) => way.id === id)).slice(0, MOST_COLUMNS);
  if (chosen.length > 0) {
    return chosen;
  }
  const methods = ways.filter((way) => way.mode === "vector");
  const rest = ways.filter(
    (way) => way.mode !== "vector" && (methods.length < 2 || way.mode === "text"),
  );
  return [...methods.slice(0, 3), ...rest].slice(0, 3);
}

/** A text that two neighbouring columns have, and its rank in each. */
export interface Link {
  id: string;
  from: number;
  to: number;
}

/** What connects each column with the one to its right. */
export function linksBetween(columns: readonly RankedHit[][]): Link[][] {
  return columns.slice(1).map((right, at) => {
    const ranks = new Map((columns[at] ?? []).map((each) => [each.id, each.rank]));
    return right.flatMap(({ id, rank }) => {
      const from = ranks.get(id);
      return from === undefined ? [] : [{ id, from, to: rank }];
    });
  });
}

/** The curve of a link, where each hit is `row` pixels high and the columns are `width` apart. */
export function curve(link: Link, row: number, width: number): string {
  const [from, to] = [(link.from - 0.5) * row, (link.to - 0.5) * row];
  const half = width / 2;
  return `M0 ${from}C${half} ${from} ${half} ${to} ${width} ${to}`;
}
