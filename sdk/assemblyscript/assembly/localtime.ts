/* The time of day where the caller is. */

// @ts-ignore: decorator
@external("modus_system", "getTimeInZone")
declare function hostGetTimeInZone(tz: string | null): string | null;

/** The time in the caller's time zone: ISO 8601 with the zone's offset. */
export function now(): string {
  const time = hostGetTimeInZone(null);
  if (time === null) throw new Error("Failed to get the local time: no time zone is known.");
  return time;
}

/**
 * The time in a time zone of the IANA database, like `Europe/Lisbon`: ISO 8601 with the zone's
 * offset. Throws when there is no such zone.
 */
export function nowInZone(tz: string): string {
  if (tz.length == 0) throw new Error("A time zone is required.");
  const time = hostGetTimeInZone(tz);
  if (time === null) throw new Error("Invalid time zone: " + tz);
  return time;
}

/** The IANA name of the caller's time zone; empty when it is not known. */
export function getTimeZone(): string {
  return process.env.has("TZ") ? process.env.get("TZ") : "";
}

/** Whether there is a time zone of that name. */
export function isValidTimeZone(tz: string): bool {
  return tz.length > 0 && hostGetTimeInZone(tz) !== null;
}

/** @deprecated use `now` */
export function Now(): string {
  return now();
}

/** @deprecated use `nowInZone` */
export function NowInZone(tz: string): string {
  return nowInZone(tz);
}

/** @deprecated use `getTimeZone` */
export function GetTimeZone(): string {
  return getTimeZone();
}

/** @deprecated use `isValidTimeZone` */
export function IsValidTimeZone(tz: string): bool {
  return isValidTimeZone(tz);
}
