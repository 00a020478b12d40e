/** What the ends of the bar stand for, in milliseconds. */
const SHORTEST = 0.1;
const LONGEST = 30_000;

/**
 * How much of its bar a duration fills, 0 to 1. By its logarithm, since calls of a fifth of a millisecond
 * stand beside calls that wait for a model for many seconds.
 */
export function durationBar(ms: number): number {
  const share = Math.log(Math.max(ms, SHORTEST) / SHORTEST) / Math.log(LONGEST / SHORTEST);
  return Math.min(1, Math.max(0.04, share));
}
