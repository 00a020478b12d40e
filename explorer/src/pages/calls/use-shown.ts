import { useMemo, useRef } from "preact/hooks";
import type { CallSummary } from "../../api/types.ts";
import { type CallFilters, filterCalls } from "./filters.ts";
import { holdStill, newSince } from "./hold.ts";

export interface ShownCalls {
  /** What the list shows. */
  calls: readonly CallSummary[];
  /** How many calls it would show above those if it did not stand still. */
  unseen: number;
  /** Take these in with the next rendering; if the list stands still, then from there on. */
  catchUp: () => void;
}

/** Those of `current` that the filters let through; while `still` none that came since. */
export function useShown(
  current: readonly CallSummary[],
  filters: CallFilters,
  still: boolean,
): ShownCalls {
  const held = useRef<readonly CallSummary[] | null>(null);
  const known = held.current;
  // A list of nothing has nothing to hold still; one that got shorter was cleared.
  const over = !still || known === null || known.length === 0 || current.length < known.length;
  const base = over ? current : known;
  held.current = base;
  const calls = useMemo(
    () => filterCalls(still ? holdStill(base, current) : current, filters),
    [base, current, filters, still],
  );
  const unseen = useMemo(
    () => (still ? filterCalls(current.slice(0, newSince(base, current)), filters).length : 0),
    [base, current, filters, still],
  );
  return {
    calls,
    unseen,
    catchUp: () => {
      held.current = null;
    },
  };
}
