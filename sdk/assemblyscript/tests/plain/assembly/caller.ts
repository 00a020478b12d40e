/* Who calls, and where that is. */

import { auth, localtime } from "@hypermode/modus-sdk-as";
import { JSON } from "json-as";

@json
export class Claims {
  sub: string = "nobody";
  exp: i64 = 0;
  roles: string[] = [];
  email: string | null = null;
}

@json
class Bare {
  sub!: string;
}

export function claims(): Claims {
  return auth.getJWTClaims<Claims>();
}

export function claimsAsMap(): Map<string, string> {
  const raw = auth.getJWTClaims<Map<string, JSON.Raw>>();
  const keys = raw.keys();
  const texts = new Map<string, string>();
  for (let i = 0; i < keys.length; i++) texts.set(keys[i], raw.get(keys[i]).data);
  return texts;
}

export function bareClaims(): string {
  return auth.getJWTClaims<Bare>().sub;
}

export function now(): string {
  return localtime.now();
}

export function nowThere(zone: string): string {
  return localtime.nowInZone(zone);
}

export function zone(): string {
  return localtime.getTimeZone();
}

export function isZone(zone: string): bool {
  return localtime.isValidTimeZone(zone);
}

/** The same by their former names. */
export function formerNames(zone: string): string[] {
  return [
    localtime.Now(),
    localtime.NowInZone(zone),
    localtime.GetTimeZone(),
    localtime.IsValidTimeZone(zone).toString(),
  ];
}
