/* Who calls. */

import { JSON } from "json-as";

/**
 * The claims of the caller's verified token, as a class with `@json`.
 *
 * A caller without a token gives an instance with nothing but its defaults, and a warning.
 */
export function getJWTClaims<T>(): T {
  const claims = process.env.has("CLAIMS") ? process.env.get("CLAIMS") : "";
  if (claims.length == 0) {
    console.warn("No JWT claims found.");
    return JSON.parse<T>("{}");
  }
  return JSON.parse<T>(claims);
}
