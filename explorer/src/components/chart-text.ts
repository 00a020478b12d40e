import type { ChartSeries } from "./Chart.tsx";
import { formatDay, formatTime } from "./format.ts";

/** What a chart shows, in sentences: for each series how many values, its span and its last. */
export function alternative(
  label: string,
  at: readonly number[],
  series: readonly ChartSeries[],
  format: (value: number) => string,
): string {
  if (at.length === 0) {
    return `${label}: no values yet.`;
  }
  const sentences = series.map((one) => {
    const values = one.values.filter((value): value is number => value !== null);
    if (values.length === 0) {
      return `${one.label}: no values.`;
    }
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const value of values) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    const count = values.length === 1 ? "1 value" : `${values.length} values`;
    const last = format(values.at(-1) as number);
    return `${one.label}: ${count} from ${format(least)} to ${format(most)}, ${last} at the end.`;
  });
  return `${label}. ${sentences.join(" ")}`;
}

/** The names of moments on an axis, in seconds since the epoch: as short as their distance allows. */
export function timesOf(splits: readonly number[]): string[] {
  const step = splits.length > 1 ? (splits[1] as number) - (splits[0] as number) : 60;
  return splits.map((seconds) => {
    const at = new Date(seconds * 1000);
    if (step >= 86_400 || (step >= 60 && at.getHours() + at.getMinutes() === 0)) {
      return formatDay(at.getTime());
    }
    const time = formatTime(at.getTime(), step < 1);
    return step < 60 ? time : time.slice(0, 5);
  });
}
