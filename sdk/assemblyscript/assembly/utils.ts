/* What functions report to their callers, beside results. */

/**
 * Whether a host function gave no result. The compiler takes a result that is declared not to be
 * null at its word, so this looks at the pointer.
 */
export function resultIsInvalid<T>(result: T): bool {
  return changetype<usize>(result) == 0;
}

/**
 * Ends the call with an error that is meant for the caller: the text is shown as it is, without
 * the place in the source that an exception would name.
 */
export function throwUserError(message: string): void {
  console.error(message);
  process.exit(1);
}
