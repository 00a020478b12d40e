import type { CallSummary } from "./types.ts";

/** Whether `a` stands above `b` in a list whose newest call is first. */
function isNewer(a: CallSummary, b: CallSummary): boolean {
  return a.startedAt > b.startedAt;
}

/** What is known of a call after `news` of it: an ended call never runs again. */
function later(known: CallSummary, news: CallSummary): CallSummary {
  return known.status !== "running" && news.status === "running" ? known : news;
}

/** The last word on each call of `news`, newest call first. */
function newestFirst(news: readonly CallSummary[]): Map<string, CallSummary> {
  const last = new Map<string, CallSummary>();
  for (const call of news) {
    const known = last.get(call.id);
    last.set(call.id, known === undefined ? call : later(known, call));
  }
  return last;
}

/**
 * `calls` (newest first) with `news` in it: calls that are known already change where they are, others
 * come in by the time of their start. The oldest are dropped beyond `most`.
 *
 * Gives `calls` itself if nothing changes. Costs one walk over the list, whatever the number of news.
 */
export function mergeCalls(
  calls: readonly CallSummary[],
  news: readonly CallSummary[],
  most: number,
): readonly CallSummary[] {
  if (news.length === 0) {
    return calls;
  }
  const unseen = newestFirst(news);
  let changed = false;
  const updated = calls.map((known) => {
    const call = unseen.get(known.id);
    if (call === undefined) {
      return known;
    }
    unseen.delete(known.id);
    const now = later(known, call);
    changed ||= now !== known;
    return now;
  });
  if (unseen.size === 0) {
    return changed ? updated : calls;
  }
  // Those that came last of one moment stand first.
  const added = [...unseen.values()].reverse().sort((a, b) => b.startedAt - a.startedAt);
  return interleave(added, updated).slice(0, most);
}

function interleave(added: CallSummary[], known: CallSummary[]): CallSummary[] {
  const merged: CallSummary[] = [];
  let next = 0;
  for (const call of added) {
    while (next < known.length && isNewer(known[next] as CallSummary, call)) {
      merged.push(known[next] as CallSummary);
      next += 1;
    }
    merged.push(call);
  }
  return merged.concat(next === 0 ? known : known.slice(next));
}

/**
 * `calls` with a page of older ones below: what the list has already stays as it is, since events may
 * have told more of it meanwhile than the page knew.
 */
export function appendOlder(
  calls: readonly CallSummary[],
  older: readonly CallSummary[],
  most: number,
): readonly CallSummary[] {
  const known = new Set(calls.map((call) => call.id));
  const added = older.filter((call) => !known.has(call.id));
  return added.length === 0 ? calls : [...calls, ...added].slice(0, most);
}

/**
 * `calls` made true by a page of the newest that there are, which has `page.length < pageSize` only if
 * there are no others: what the page should have and has not was forgotten. If the two do not touch,
 * calls between them are missing, so that the page alone is left.
 */
export function joinNewest(
  calls: readonly CallSummary[],
  page: readonly CallSummary[],
  pageSize: number,
  most: number,
): readonly CallSummary[] {
  const ids = new Set(page.map((call) => call.id));
  const last = page.at(-1);
  const kept = calls.filter((call) => ids.has(call.id));
  const goesOn = page.length >= pageSize && kept.length > 0;
  const below = goesOn && last !== undefined ? calls.filter((call) => isNewer(last, call)) : [];
  return mergeCalls([...kept, ...below.filter((call) => !ids.has(call.id))], page, most);
}
