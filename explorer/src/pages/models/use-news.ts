import { useEffect, useRef } from "preact/hooks";
import { recentCalls as calls } from "../../api/calls.ts";

/** The history is written twice a second: what a call asked is there a moment after the call's end. */
const WRITTEN_MS = 1_300;
const PAUSE_MS = 600;

/**
 * Does `take` some moments after calls have started or ended, one at a time.
 *
 * `key` tells one thing that is watched from another: `take` is aborted when it changes.
 */
export function useNews(
  wanted: boolean,
  key: string,
  take: (signal: AbortSignal) => Promise<void>,
): void {
  const latest = useRef(take);
  latest.current = take;
  useEffect(() => {
    if (!wanted) {
      return;
    }
    const stop = new AbortController();
    let until = 0;
    let running = false;
    const run = async () => {
      running = true;
      while (Date.now() < until && !stop.signal.aborted) {
        await new Promise((done) => setTimeout(done, PAUSE_MS));
        // The sign of the connection tells of a failure, and the next news make up for it.
        if (!stop.signal.aborted) {
          await latest.current(stop.signal).catch(() => {});
        }
      }
      running = false;
    };
    let first = true;
    const unsubscribe = calls.subscribe(() => {
      if (!first) {
        until = Date.now() + WRITTEN_MS;
        if (!running) {
          void run();
        }
      }
      first = false;
    });
    return () => {
      unsubscribe();
      stop.abort();
    };
  }, [wanted, key]);
}
