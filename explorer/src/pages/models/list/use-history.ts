import { useEffect, useRef, useState } from "preact/hooks";
import { type ApiError, api } from "../../../api/client.ts";
import { asApiError, useEdition } from "../../../api/resource.ts";
import type { InferenceSummary, Inferences } from "../../../api/types.ts";
import { type Filters, historyPath, queryOf } from "../filters.ts";
import { EMPTY, type History, withNewest, withOlder } from "../history.ts";
import { useNews } from "../use-news.ts";

const PAGE = 60;
/** Across a gap of more pages than these, the list begins anew. */
const MOST_PAGES = 5;

export interface Loaded {
  history: History;
  /** Whether the first page is on its way. */
  loading: boolean;
  loadingOlder: boolean;
  error: ApiError | null;
  /** Why there is no history. */
  unavailable: string | null;
  older: () => void;
  retry: () => void;
}

interface Now {
  key: string | null;
  /** When its oldest page was asked for: periods are counted from there. */
  at: number;
  history: History;
  unavailable: string | null;
  error: ApiError | null;
  loadingOlder: boolean;
}

const NOTHING: Now = {
  key: null,
  at: 0,
  history: EMPTY,
  unavailable: null,
  error: null,
  loadingOlder: false,
};

/** What was shown last, so that one finds it as it was when coming back. */
let kept = NOTHING;

/** The rows that the list showed last. */
export function keptRows(): InferenceSummary[] {
  return kept.history.rows;
}

/** The history that filters let through: its newest page, older ones when asked, and what comes in. */
export function useHistory(filters: Filters): Loaded {
  const key = queryOf(filters);
  const [now, setNow] = useState(kept);
  const [turn, setTurn] = useState(0);
  const edition = useEdition();
  const current = useRef(kept);
  const update = (changes: Partial<Now>) => {
    current.current = { ...current.current, ...changes };
    kept = current.current;
    setNow(current.current);
  };
  const page = (before: string | null, signal?: AbortSignal) =>
    api.get<Inferences>(
      historyPath(filters, current.current.at, PAGE, before),
      signal ? { signal } : {},
    );

  const takeNews = async (signal: AbortSignal) => {
    let before: string | null = null;
    let found = EMPTY;
    for (let pages = 0; pages < MOST_PAGES; pages++) {
      const { inferences, more, unavailable } = await page(before, signal);
      if (current.current.key !== key) {
        return;
      }
      if (unavailable !== current.current.unavailable) {
        update({ unavailable });
      }
      found = withOlder(found, inferences, more);
      const { history, added } = withNewest(current.current.history, found.rows, more);
      if (added !== null) {
        if (added > 0 || current.current.error) {
          update({ history, error: null });
        }
        return;
      }
      before = inferences.at(-1)?.id ?? null;
    }
    update({ history: found, error: null });
  };

  useEffect(() => {
    const stop = new AbortController();
    const known = current.current.key === key;
    update(known ? { loadingOlder: false } : { ...NOTHING, at: Date.now() });
    const work = known
      ? takeNews(stop.signal)
      : page(null, stop.signal).then(({ inferences, more, unavailable }) =>
          update({ key, history: { rows: inferences, more }, unavailable }),
        );
    work.catch((error: unknown) => {
      if (!stop.signal.aborted) {
        update({ key, error: asApiError(error) });
      }
    });
    return () => stop.abort();
  }, [key, turn, edition]);
  useNews(now.key === key, key, takeNews);

  const older = () => {
    const { history, loadingOlder } = current.current;
    const last = history.rows.at(-1);
    if (loadingOlder || !history.more || !last || current.current.key !== key) {
      return;
    }
    update({ loadingOlder: true });
    page(last.id).then(
      ({ inferences, more }) => {
        if (current.current.key !== key) {
          return;
        }
        const next = withOlder(current.current.history, inferences, more);
        update({ history: next, loadingOlder: false });
      },
      (error: unknown) => update({ error: asApiError(error), loadingOlder: false }),
    );
  };

  const shown = now.key === key ? now : NOTHING;
  return {
    history: shown.history,
    loading: now.key !== key,
    loadingOlder: shown.loadingOlder,
    error: shown.error,
    unavailable: shown.unavailable,
    older,
    retry: () => setTurn((count) => count + 1),
  };
}
