import { useEffect, useRef, useState } from "preact/hooks";

/**
 * `value` as it was a moment ago: it is taken over at most once in `everyMs`, so that what is costly to
 * derive from it need not keep up with each change. A change of `key` is taken over at once.
 */
export function useSampled<T>(value: T, everyMs: number, key: unknown = null): T {
  const [sampled, setSampled] = useState(value);
  const latest = useRef(value);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const lastKey = useRef(key);
  latest.current = value;
  useEffect(() => {
    if (value !== sampled && timer.current === null) {
      timer.current = setTimeout(() => {
        timer.current = null;
        setSampled(latest.current);
      }, everyMs);
    }
  }, [value, sampled, everyMs]);
  useEffect(
    () => () => {
      if (timer.current !== null) {
        clearTimeout(timer.current);
      }
    },
    [],
  );
  if (lastKey.current !== key) {
    lastKey.current = key;
    setSampled(value);
    return value;
  }
  return sampled;
}
