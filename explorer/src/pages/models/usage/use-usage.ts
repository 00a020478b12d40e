import { useEffect, useRef, useState } from "preact/hooks";
import { api } from "../../../api/client.ts";
import { useEdition } from "../../../api/resource.ts";
import type { Usage } from "../../../api/types.ts";
import { queryString } from "../../../query-string.ts";
import { beginning, type Period } from "../filters.ts";
import { useNews } from "../use-news.ts";

const BUCKETS = 48;
const LEAST_PAUSE_MS = 1_000;

export interface LoadedUsage {
  usage: Usage;
  /** When it was loaded: the end of its last bucket. */
  at: number;
}

/** What models took in a period that ends now. Null until it is known, and where it cannot be. */
export function useUsage(period: Period): LoadedUsage | null {
  const [found, setFound] = useState<(LoadedUsage & { period: Period }) | null>(null);
  const last = useRef(0);
  const edition = useEdition();
  const load = async (signal: AbortSignal) => {
    const at = Date.now();
    last.current = at;
    const query = queryString({ since: beginning(period, at) ?? 0, buckets: BUCKETS });
    const usage = await api.get<Usage>(`inferences/usage${query}`, { signal });
    if (!signal.aborted) {
      setFound({ usage, at, period });
    }
  };
  useEffect(() => {
    const stop = new AbortController();
    // The list tells of the same failure.
    load(stop.signal).catch(() => {});
    return () => stop.abort();
  }, [period, edition]);
  useNews(found !== null, period, async (signal) => {
    if (Date.now() - last.current >= LEAST_PAUSE_MS) {
      await load(signal);
    }
  });
  return found;
}
