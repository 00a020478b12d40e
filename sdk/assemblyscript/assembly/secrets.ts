/* Secrets of the app, kept by the host. */

import { resultIsInvalid } from "./utils";

// @ts-ignore: decorator
@external("modus_secrets", "getSecretValue")
declare function hostGetSecretValue(name: string): string;

/**
 * The value of a secret of the app.
 *
 * Throws when there is no secret of that name.
 */
export function getSecretValue(name: string): string {
  const value = hostGetSecretValue(name);
  if (resultIsInvalid(value)) throw new Error("Secret not found: " + name);
  return value;
}
