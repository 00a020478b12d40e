import type { InferenceSummary } from "../../api/types.ts";
import { queryString } from "../../query-string.ts";

/** Spans of time that the page can look back, the shortest first. */
export const PERIODS = ["15m", "1h", "24h", "7d", "all"] as const;
export type Period = (typeof PERIODS)[number];

export const PERIOD_NAMES: Record<Period, string> = {
  "15m": "15 min",
  "1h": "1 h",
  "24h": "24 h",
  "7d": "7 d",
  all: "All",
};

const MINUTE = 60_000;
const LENGTHS: Record<Period, number | null> = {
  "15m": 15 * MINUTE,
  "1h": 60 * MINUTE,
  "24h": 24 * 60 * MINUTE,
  "7d": 7 * 24 * 60 * MINUTE,
  all: null,
};

export const STATUSES: InferenceSummary["status"][] = ["ok", "failed", "cancelled"];

/** Which inferences are shown; an empty string lets all through. */
export interface Filters {
  model: string;
  function: string;
  status: string;
  call: string;
  search: string;
  period: Period;
}

export const NO_FILTERS: Filters = {
  model: "",
  function: "",
  status: "",
  call: "",
  search: "",
  period: "all",
};

const TEXTS = ["model", "function", "status", "call", "search"] as const;

/** The filters that the query of the page's URL tells. */
export function filtersOf(query: URLSearchParams): Filters {
  const filters = { ...NO_FILTERS };
  for (const name of TEXTS) {
    filters[name] = query.get(name)?.trim() ?? "";
  }
  if (!STATUSES.includes(filters.status as InferenceSummary["status"])) {
    filters.status = "";
  }
  const period = query.get("period") as Period | null;
  if (period && PERIODS.includes(period)) {
    filters.period = period;
  }
  return filters;
}

/** The query of the page's URL, in which filters that let all through are left out. */
export function queryOf(filters: Filters): string {
  const period = filters.period === NO_FILTERS.period ? null : filters.period;
  return queryString({ ...textsOf(filters), period });
}

/** Whether anything is left out. */
export function isFiltered(filters: Filters): boolean {
  return queryOf(filters) !== "";
}

/** When a period began that ends now, in milliseconds since the epoch; null of all time. */
export function beginning(period: Period, now: number): number | null {
  const length = LENGTHS[period];
  return length === null ? null : now - length;
}

/** The path, below the API, of one page of the history. */
export function historyPath(
  filters: Filters,
  now: number,
  limit: number,
  before: string | null,
): string {
  const since = beginning(filters.period, now);
  return `inferences${queryString({ ...textsOf(filters), since, before, limit })}`;
}

function textsOf(filters: Filters): Record<string, string> {
  return Object.fromEntries(TEXTS.map((name) => [name, filters[name]]));
}
