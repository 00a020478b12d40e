import type { Entry, SearchRequest } from "../../api/types.ts";

/** Of the API, with names of any characters in it. */
export function collectionPath(
  name: string,
  rest: string,
  query: { [name: string]: string | number | null } = {},
): string {
  const said = Object.entries(query).filter(([, value]) => value !== null) as [string, string][];
  const text = new URLSearchParams(said).toString();
  return `collections/${encodeURIComponent(name)}/${rest}${text === "" ? "" : `?${text}`}`;
}

/** Texts that mean much the same as one that is there, without itself. */
export function moreLike(entry: Entry, method: string, limit: number): SearchRequest {
  return {
    method,
    mode: "vector",
    text: entry.text,
    namespaces: [entry.namespace],
    filter: { $key: { ne: entry.key } },
    limit,
  };
}

export const MOST_HITS = 100;

/** What somebody typed as a limit; null for what is none. */
export function parseLimit(text: string): number | null {
  const number = Number(text);
  return /^\d+$/.test(text.trim()) && number >= 1 && number <= MOST_HITS ? number : null;
}
