import type { CallStatus, CallSummary } from "../../api/types.ts";

/** Which calls are shown; the address of the page says it, so that it can be shared. */
export interface CallFilters {
  /** Name of a function; null for all. */
  function: string | null;
  status: CallStatus | null;
  /** What the code or the message of the error must have in it, in small or capital letters. */
  error: string;
  /** In milliseconds; null for all. */
  atLeastMs: number | null;
  /** Whether calls of embedders are shown too. */
  embedders: boolean;
}

export const NO_FILTERS: CallFilters = {
  function: null,
  status: null,
  error: "",
  atLeastMs: null,
  embedders: true,
};

const STATUSES: readonly string[] = ["running", "ok", "failed", "cancelled"];

/** The filters that a query such as `?status=failed&min=100` names; what makes no sense is left out. */
export function readFilters(query: URLSearchParams): CallFilters {
  const status = query.get("status");
  const atLeast = Number(query.get("min") ?? "");
  return {
    function: query.get("function") || null,
    status: status !== null && STATUSES.includes(status) ? (status as CallStatus) : null,
    error: query.get("error") ?? "",
    atLeastMs: Number.isFinite(atLeast) && atLeast > 0 ? atLeast : null,
    embedders: query.get("embedders") !== "off",
  };
}

/** The query of the page's address, without `?`; empty when all calls are shown. */
export function writeFilters(filters: CallFilters): string {
  const query = new URLSearchParams();
  if (filters.function !== null) {
    query.set("function", filters.function);
  }
  if (filters.status !== null) {
    query.set("status", filters.status);
  }
  if (filters.error !== "") {
    query.set("error", filters.error);
  }
  if (filters.atLeastMs !== null) {
    query.set("min", String(filters.atLeastMs));
  }
  if (!filters.embedders) {
    query.set("embedders", "off");
  }
  return query.toString();
}

export function isFiltered(filters: CallFilters): boolean {
  return writeFilters(filters) !== "";
}

/** Those of `calls` that the filters let through; `calls` itself when that is all of them. */
export function filterCalls(
  calls: readonly CallSummary[],
  filters: CallFilters,
): readonly CallSummary[] {
  if (!isFiltered(filters)) {
    return calls;
  }
  const text = filters.error.trim().toLowerCase();
  return calls.filter(
    (call) =>
      (filters.function === null || call.function === filters.function) &&
      (filters.status === null || call.status === filters.status) &&
      (filters.embedders || call.reason !== "embedder") &&
      (filters.atLeastMs === null || (call.ms !== null && call.ms >= filters.atLeastMs)) &&
      (text === "" || errorHas(call, text)),
  );
}

function errorHas(call: CallSummary, text: string): boolean {
  return (
    call.error !== null &&
    (call.error.message.toLowerCase().includes(text) ||
      call.error.code.toLowerCase().includes(text))
  );
}

/** Names of the functions that `calls` are of, by the alphabet. */
export function functionsOf(calls: readonly CallSummary[]): string[] {
  const names = new Set<string>();
  for (const call of calls) {
    names.add(call.function);
  }
  return [...names].sort((a, b) => a.localeCompare(b));
}
