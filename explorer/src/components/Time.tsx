import { formatAgo, formatDateTime, formatDuration, formatWhen } from "./format.ts";

/** A time of day, in milliseconds since the epoch; the exact one shows when pointed at. */
export function Time({ at, ago = false }: { at: number; ago?: boolean }) {
  return (
    <time dateTime={new Date(at).toISOString()} title={formatDateTime(at, true)}>
      {ago ? formatAgo(at) : formatWhen(at)}
    </time>
  );
}

/** A duration in milliseconds; the exact one shows when pointed at. */
export function Duration({ ms }: { ms: number | null }) {
  return <span title={ms === null ? undefined : `${ms} ms`}>{formatDuration(ms)}</span>;
}
