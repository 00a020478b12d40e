import { effect, type Signal, signal } from "@preact/signals";

/** Storage may be forbidden, full, or full of what an older version of the page wrote. */
function read(storage: Storage, key: string): unknown {
  try {
    const text = storage.getItem(key);
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function write(storage: Storage, key: string, value: unknown): void {
  try {
    if (value === undefined || value === null) {
      storage.removeItem(key);
    } else {
      storage.setItem(key, JSON.stringify(value));
    }
  } catch {
    // The value holds for as long as the page is open.
  }
}

export interface PersistOptions {
  /** `session` for what must be gone when the tab is closed, as tokens must. */
  storage?: "local" | "session";
  /** Whether what was found is of use. The default compares types with `initial`. */
  valid?: (found: unknown) => boolean;
}

function sameType(initial: unknown): (found: unknown) => boolean {
  return (found) =>
    initial === null ||
    (typeof found === typeof initial && Array.isArray(found) === Array.isArray(initial));
}

function storageOf(kind: "local" | "session"): Storage | null {
  try {
    return kind === "local" ? globalThis.localStorage : globalThis.sessionStorage;
  } catch {
    return null;
  }
}

const kept = new Map<string, Signal<unknown>>();

/**
 * A signal whose value survives reloads, under `atoll.<name>`. Asked twice for a name, it gives the same
 * signal. A value of null is not kept.
 */
export function persisted<T>(name: string, initial: T, options: PersistOptions = {}): Signal<T> {
  const kind = options.storage ?? "local";
  const id = `${kind}:${name}`;
  const known = kept.get(id);
  if (known !== undefined) {
    return known as Signal<T>;
  }
  const made = persistedIn(storageOf(kind), `atoll.${name}`, initial, options.valid);
  kept.set(id, made as Signal<unknown>);
  return made;
}

/** The same in a given storage; without one the signal holds for as long as the page is open. */
export function persistedIn<T>(
  storage: Storage | null | undefined,
  key: string,
  initial: T,
  valid: (found: unknown) => boolean = sameType(initial),
): Signal<T> {
  if (storage === null || storage === undefined) {
    return signal(initial);
  }
  const found = read(storage, key);
  const made = signal<T>(found !== undefined && valid(found) ? (found as T) : initial);
  let first = true;
  effect(() => {
    const { value } = made;
    if (!first) {
      write(storage, key, value);
    }
    first = false;
  });
  return made;
}
