import { useEffect, useRef, useState } from "preact/hooks";
import { type ApiError, api } from "../../api/client.ts";
import { asApiError, useEdition } from "../../api/resource.ts";
import type { Entries, Entry } from "../../api/types.ts";
import { collectionPath } from "./requests.ts";

const PAGE = 100;

export interface Listing {
  /** Null until the first page is here. */
  list: Entry[] | null;
  more: boolean;
  busy: boolean;
  error: ApiError | null;
  /** Adds the next page. */
  next: () => void;
  retry: () => void;
}

/** The texts of a namespace page by page, those alone that contain `search`. */
export function useEntries(collection: string, namespace: string, search: string): Listing {
  const [list, setList] = useState<Entry[] | null>(null);
  const [more, setMore] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const edition = useEdition();
  const underWay = useRef<AbortController | null>(null);

  const load = (before: Entry[]) => {
    underWay.current?.abort();
    const stop = new AbortController();
    underWay.current = stop;
    setBusy(true);
    setError(null);
    const after = before.at(-1)?.key ?? null;
    const query = { namespace, after, limit: PAGE, search: search || null };
    api
      .get<Entries>(collectionPath(collection, "entries", query), { signal: stop.signal })
      .then(
        (page) => {
          setList([...before, ...page.entries]);
          setMore(page.more);
        },
        (reason: unknown) => {
          if (!stop.signal.aborted) {
            setError(asApiError(reason));
          }
        },
      )
      .finally(() => {
        if (!stop.signal.aborted) {
          setBusy(false);
        }
      });
  };

  useEffect(() => {
    load([]);
    return () => underWay.current?.abort();
  }, [collection, namespace, search, edition]);
  useEffect(() => setList(null), [collection, namespace]);

  return { list, more, busy, error, next: () => load(list ?? []), retry: () => load(list ?? []) };
}
