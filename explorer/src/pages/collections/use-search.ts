import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { type ApiError, api } from "../../api/client.ts";
import { asApiError } from "../../api/resource.ts";
import type { SearchAnswer, SearchRequest } from "../../api/types.ts";
import { collectionPath } from "./requests.ts";

export type Outcome = { answer: SearchAnswer } | { error: ApiError };

export interface Searches {
  /** Of the last searches, in their order; null before any. They stay while others are under way. */
  outcomes: Outcome[] | null;
  busy: boolean;
  run: (requests: SearchRequest[]) => void;
  clear: () => void;
}

/** Searches of a collection; those that are still under way are dropped for newer ones. */
export function useSearches(collection: string): Searches {
  const [outcomes, setOutcomes] = useState<Outcome[] | null>(null);
  const [busy, setBusy] = useState(false);
  const underWay = useRef<AbortController | null>(null);

  const clear = useCallback(() => {
    underWay.current?.abort();
    setOutcomes(null);
    setBusy(false);
  }, []);
  useEffect(() => clear, [collection]);

  const run = useCallback(
    (requests: SearchRequest[]) => {
      underWay.current?.abort();
      const stop = new AbortController();
      underWay.current = stop;
      setBusy(true);
      const path = collectionPath(collection, "search");
      const each = requests.map((request) =>
        api.post<SearchAnswer>(path, request, { signal: stop.signal }).then(
          (answer): Outcome => ({ answer }),
          (error: unknown): Outcome => ({ error: asApiError(error) }),
        ),
      );
      Promise.all(each).then((found) => {
        if (stop.signal.aborted) {
          return;
        }
        setOutcomes(found);
        setBusy(false);
      });
    },
    [collection],
  );
  return { outcomes, busy, run, clear };
}
