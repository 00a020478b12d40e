import type { HeaderRow } from "./headers.ts";
import { withoutSecrets } from "./headers.ts";
import { documentTitle } from "./operations.ts";

/** A request that was sent. */
export interface Run {
  id: string;
  at: number;
  endpoint: string;
  query: string;
  operationName: string | null;
  variables: string;
  /** Without the values of those that may be secret. */
  headers: HeaderRow[];
  ok: boolean;
  ms: number | null;
}

const MOST = 100;
const MOST_CHARACTERS = 1_000_000;

/**
 * The history with one more run, newest first. The same request again takes the place of the last; the
 * oldest are forgotten when there are too many, or too much text. Secret headers never get in.
 */
export function remember(runs: Run[], run: Run): Run[] {
  const kept = { ...run, headers: withoutSecrets(run.headers) };
  const others = runs[0] !== undefined && isSame(runs[0], kept) ? runs.slice(1) : runs;
  return bounded([kept, ...others].slice(0, MOST));
}

function isSame(a: Run, b: Run): boolean {
  return (
    a.endpoint === b.endpoint &&
    a.query === b.query &&
    a.operationName === b.operationName &&
    a.variables === b.variables &&
    JSON.stringify(a.headers) === JSON.stringify(b.headers)
  );
}

function bounded(runs: Run[]): Run[] {
  let characters = 0;
  return runs.filter((run) => {
    characters += run.query.length + run.variables.length;
    return characters <= MOST_CHARACTERS;
  });
}

/** Those in whose query, operation or variables all words are found. */
export function searchRuns(runs: Run[], text: string): Run[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) {
    return runs;
  }
  return runs.filter((run) => {
    const all = `${run.query}\n${run.variables}\n${run.operationName ?? ""}`.toLowerCase();
    return words.every((word) => all.includes(word));
  });
}

export function runTitle(run: Run): string {
  return run.operationName ?? documentTitle(run.query);
}

/** Whether what a store had is a history: an older page, or a hand, may have written it. */
export function isHistory(found: unknown): found is Run[] {
  return Array.isArray(found) && found.every(isRun);
}

function isRun(found: Partial<Run> | null): boolean {
  return (
    typeof found === "object" &&
    found !== null &&
    typeof found.query === "string" &&
    typeof found.variables === "string" &&
    Array.isArray(found.headers)
  );
}
