/** Which rows of a long list are in sight. */

const BEYOND = 8;

/** The rows to draw, `last` not included: those in sight, and some more above and below. */
export function windowOf(
  count: number,
  rowHeight: number,
  top: number,
  height: number,
): { first: number; last: number } {
  const first = Math.max(0, Math.floor(top / rowHeight) - BEYOND);
  const last = Math.min(count, Math.ceil((top + height) / rowHeight) + BEYOND);
  return { first: Math.min(first, last), last };
}

/**
 * Where to scroll so that the item `key`, which was the first in sight, is so again. A list at its top
 * stays there, and shows what comes in.
 */
export function anchored<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  key: string | null,
  top: number,
  rowHeight: number,
): number {
  if (key === null || top < 1) {
    return top;
  }
  const was = Math.floor(top / rowHeight);
  const there = items[was];
  if (there !== undefined && keyOf(there) === key) {
    return top;
  }
  const now = items.findIndex((item) => keyOf(item) === key);
  return now === -1 ? top : top + (now - was) * rowHeight;
}

/** Where a key leads in a list of `count`; null if it leads nowhere. */
export function nextIndex(key: string, at: number, count: number, page: number): number | null {
  if (count === 0) {
    return null;
  }
  const to = {
    ArrowDown: at + 1,
    j: at + 1,
    ArrowUp: at === -1 ? 0 : at - 1,
    k: at === -1 ? 0 : at - 1,
    PageDown: at + page,
    PageUp: at - page,
    Home: 0,
    End: count - 1,
  }[key];
  return to === undefined ? null : Math.max(0, Math.min(count - 1, to));
}
