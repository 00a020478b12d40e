import { batch, computed, signal } from "@preact/signals";
import { loadCalls, receiveCalls, receiveCleared } from "./calls.ts";
import { ApiError, knownSession, request } from "./client.ts";
import { readEvents, type ServerEvent } from "./sse.ts";
import type { CallSummary, State } from "./types.ts";

/** The server sends something each 15 seconds at least. */
const SILENCE_MS = 40_000;
const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 5_000;

/** The app and its build; null until the server has told. */
export const state = signal<State | null>(null);

/** Grows when the app was loaded anew; 0 while it is not known. */
export const generation = computed(() => state.value?.generation ?? 0);

/** `connecting` at first, `gone` when the server does not answer any more, or refuses to. */
export const connection = signal<"connecting" | "open" | "gone">("connecting");
export const connected = computed(() => connection.value === "open");

const reconnects = signal(0);

/**
 * Changes when what was asked of the server before may be out of date: the app was loaded anew, or the
 * server is back after it was gone. Null while it is not known.
 */
export const edition = computed<string | null>(() =>
  state.value === null ? null : `${state.value.generation}.${reconnects.value}`,
);

/** Why it is gone, if the server said so itself. */
export const connectionError = signal<ApiError | null>(null);

/** What an event means for the signals. Exported for tests. */
export function take(event: ServerEvent): void {
  switch (event.event) {
    case "state":
      state.value = JSON.parse(event.data) as State;
      break;
    case "calls":
      receiveCalls(JSON.parse(event.data) as CallSummary[]);
      break;
    case "cleared":
      receiveCleared();
      break;
  }
}

/** How long to wait before the next try, after `failures` in a row: between a half of it and all. */
export function waitBefore(failures: number, random: number = Math.random()): number {
  const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.max(0, failures - 1));
  return longest * (0.5 + random / 2);
}

let wake: (() => void) | null = null;

/** Try again now, if the page waits for the server. */
export function reconnectNow(): void {
  wake?.();
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    wake = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}

/** Listen to the server until `stop` says so: reads, and begins anew when it breaks off. */
export async function listen(stop: AbortSignal, wait = waitBefore): Promise<void> {
  let failures = 0;
  while (!stop.aborted) {
    const heard = await listenOnce(stop).catch((error: unknown) => {
      connectionError.value = error instanceof ApiError && error.status > 0 ? error : null;
      return false;
    });
    if (stop.aborted) {
      return;
    }
    failures = heard ? 1 : failures + 1;
    connection.value = "gone";
    await pause(wait(failures));
    wake = null;
  }
}

/** One stream from its start to its end; tells whether anything was heard. */
async function listenOnce(stop: AbortSignal): Promise<boolean> {
  const silent = new AbortController();
  const signals = AbortSignal.any([stop, silent.signal]);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let heard = false;
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => silent.abort(), SILENCE_MS);
  };
  try {
    if (connection.peek() === "gone") {
      // It may be another process now, with another token.
      await knownSession(true);
    }
    const answer = await request("events", {
      headers: { accept: "text/event-stream" },
      signal: signals,
    });
    if (answer.body === null) {
      return false;
    }
    alive();
    await readEvents(
      answer.body,
      (event) => {
        const first = !heard;
        heard = true;
        batch(() => {
          take(event);
          if (first) {
            reconnects.value += connection.peek() === "gone" ? 1 : 0;
            connection.value = "open";
            connectionError.value = null;
          }
        });
        if (first) {
          loadCalls(stop);
        }
      },
      alive,
    );
  } catch (error) {
    if (!heard) {
      throw error;
    }
  } finally {
    clearTimeout(timer);
  }
  return heard;
}
