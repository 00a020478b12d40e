/*
 * Results given one by one: a function marked with `@stream` is a subscription of the app's API,
 * and whoever subscribes gets each value as soon as it is emitted.
 */

// @ts-ignore: decorator
@external("atoll_stream", "put")
declare function hostPut(slot: usize): i32;

/** The result of a function marked with `@stream`: it gives values of type `T`, one by one. */
export type Stream<T> = void;

/** Where a value lies while the host reads it. */
const SLOT = memory.data(8, 8);

/** Of what the function that was called gives; 0 while it gives nothing. */
let element: usize = 0;
let elementName = "";

/**
 * Gives the next value of the stream, and waits while the client is behind.
 *
 * Returns false when nobody takes values, so that the function may as well return: the client has
 * left, or the function was not called as a subscription. It has a moment to end by itself then.
 */
export function emit<T>(value: T): bool {
  if (tagOf<T>() != element) refuse<T>();
  store<T>(SLOT, value);
  return hostPut(SLOT) == 0;
}

/** For the SDK: the function that runs streams values of type `T`. */
export function __begin<T>(): void {
  if (element != 0) return; // called by another one, whose stream it is
  element = tagOf<T>();
  elementName = nameof<T>();
}

/** Tells types apart that the host would read differently. */
// @ts-ignore: decorator
@inline function tagOf<T>(): usize {
  if (isManaged<T>()) return idof<nonnull<T>>();
  return changetype<usize>(nameof<T>()) | 0x8000_0000;
}

function refuse<T>(): void {
  if (element == 0) {
    throw new Error("stream.emit is for functions marked with @stream, and those that they call.");
  }
  throw new Error(
    "This call streams values of type " +
      elementName +
      ", not " +
      nameof<T>() +
      ": write stream.emit<" +
      elementName +
      ">(...).",
  );
}
