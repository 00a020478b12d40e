import type { CallSummary } from "../../api/types.ts";
import { formatDay, formatTime } from "../../components/format.ts";

/** For how long a call has run, or did. */
export function elapsedMs(call: CallSummary, now: number = Date.now()): number {
  return call.ms ?? Math.max(0, now - call.startedAt);
}

/** The clock's time, with the day if that is not the day of `now`. */
export function formatMoment(at: number, now: number = Date.now()): string {
  const date = new Date(at);
  if (date.toDateString() === new Date(now).toDateString()) {
    return formatTime(at, true);
  }
  return `${formatDay(at, now)} ${formatTime(at, true)}`;
}
