import type { Signal } from "@preact/signals";
import type { CollectionInfo, SearchRequest } from "../../api/types.ts";
import { persisted } from "../../state/persist.ts";
import { parseFilter } from "./filter.ts";
import { parseLimit } from "./requests.ts";

/** What was typed for the searches of a collection, kept as it was typed. */
export interface Draft {
  text: string;
  filter: string;
  limit: string;
  /** Null for all of them. */
  namespaces: string[] | null;
  /** Of the ways that are compared. */
  ways: string[];
}

const START: Draft = { text: "", filter: "", limit: "10", namespaces: null, ways: [] };
/** So many namespaces a search takes. */
const MOST_NAMESPACES = 1000;

export function draftOf(collection: string): Signal<Draft> {
  return persisted<Draft>(`collections.${collection}`, START, { valid: isDraft });
}

export function isDraft(found: unknown): boolean {
  if (typeof found !== "object" || found === null) {
    return false;
  }
  const draft = found as Record<string, unknown>;
  const texts = [draft.text, draft.filter, draft.limit].every((each) => typeof each === "string");
  return texts && (draft.namespaces === null || isTexts(draft.namespaces)) && isTexts(draft.ways);
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}

export interface Problems {
  filter?: string;
  limit?: string;
}

export type Common = Omit<SearchRequest, "method" | "mode">;

/** What all searches of a draft ask for, or what is wrong with its fields. */
export function requestOf(
  draft: Draft,
  collection: CollectionInfo,
): Common | { problems: Problems } {
  const filter = parseFilter(draft.filter);
  const limit = parseLimit(draft.limit);
  const problems: Problems = {};
  if ("problem" in filter) {
    problems.filter = filter.problem;
  }
  if (limit === null) {
    problems.limit = "A whole number from 1 to 100.";
  }
  if ("problem" in filter || limit === null) {
    return { problems };
  }
  const namespaces = chosenNamespaces(draft, collection);
  return { text: draft.text, namespaces, filter: filter.filter, limit };
}

/** The chosen ones that are there still; all if there are none of these. */
export function chosenNamespaces(draft: Draft, collection: CollectionInfo): string[] {
  const all = collection.namespaces.map((each) => each.name);
  const chosen = all.filter((name) => draft.namespaces?.includes(name));
  return (chosen.length > 0 ? chosen : all).slice(0, MOST_NAMESPACES);
}
