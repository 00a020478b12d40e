/** A length of time, in nanoseconds. */
export type Duration = i64;

/** Lengths of time; multiply them for others: `10 * Duration.second`. */
export namespace Duration {
  export const zero: i64 = 0;
  export const nanosecond: i64 = 1;
  export const microsecond: i64 = 1_000;
  export const millisecond: i64 = 1_000_000;
  export const second: i64 = 1_000_000_000;
  export const minute: i64 = 60_000_000_000;
  export const hour: i64 = 3_600_000_000_000;
  /** For ever. */
  export const maxValue: i64 = i64.MAX_VALUE;
}
