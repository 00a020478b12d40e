import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { ApiError, api } from "./client.ts";
import { edition } from "./events.ts";

export interface Resource<T> {
  /** The last that was loaded; stays while it is loaded anew. */
  data: T | null;
  /** Why the last try failed. */
  error: ApiError | null;
  loading: boolean;
  reload: () => void;
}

/** Any error as one that can be shown. */
export function asApiError(error: unknown): ApiError {
  return error instanceof ApiError
    ? error
    : new ApiError(0, "UNKNOWN", error instanceof Error ? error.message : String(error));
}

/**
 * Changes with `edition`, but for the first: what was asked before that was known is of that one. For effects
 * that ask the server on their own.
 */
export function useEdition(): number {
  const seen = useRef<string | null>(null);
  const count = useRef(0);
  const now = edition.value;
  if (now !== null && now !== seen.current) {
    count.current += seen.current === null ? 0 : 1;
    seen.current = now;
  }
  return count.current;
}

/**
 * What the API has at `path` (relative to `/explorer/api/`; null for nothing). It is loaded anew when the
 * path changes, when the app was loaded anew, and when the server is back. `read` stands in for `JSON.parse`.
 */
export function useResource<T>(path: string | null, read?: (text: string) => T): Resource<T> {
  const [now, setNow] = useState<{ path: string | null; data: T | null; error: ApiError | null }>({
    path: null,
    data: null,
    error: null,
  });
  const [loading, setLoading] = useState(path !== null);
  const [turn, setTurn] = useState(0);
  const count = useEdition();

  useEffect(() => {
    if (path === null) {
      setLoading(false);
      return;
    }
    const stop = new AbortController();
    setLoading(true);
    api
      .get<T>(path, { signal: stop.signal, ...(read && { read }) })
      .then(
        (data) => {
          setNow({ path, data, error: null });
        },
        (error: unknown) => {
          if (stop.signal.aborted) {
            return;
          }
          setNow((before) => ({
            path,
            data: before.path === path ? before.data : null,
            error: asApiError(error),
          }));
        },
      )
      .finally(() => {
        if (!stop.signal.aborted) {
          setLoading(false);
        }
      });
    return () => stop.abort();
  }, [path, count, turn]);

  const reload = useCallback(() => setTurn((count) => count + 1), []);
  const current = now.path === path;
  return {
    data: current ? now.data : null,
    error: current ? now.error : null,
    loading: loading || (path !== null && !current),
    reload,
  };
}
