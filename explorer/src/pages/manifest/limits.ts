import type { LimitInfo } from "../../api/types.ts";

/** Those that somebody changed first: they are what one looks for. Otherwise in the given order. */
export function changedFirst(limits: readonly LimitInfo[]): LimitInfo[] {
  return [...limits].sort((a, b) => Number(b.changed) - Number(a.changed));
}

/** A limit's value as text, with thousands apart; its unit stands beside it. */
export function limitValue(value: number | string): string {
  if (typeof value === "string") {
    return value;
  }
  return value.toLocaleString("en", { maximumFractionDigits: 3 });
}
