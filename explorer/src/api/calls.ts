import { batch, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { appendOlder, joinNewest, mergeCalls } from "./call-list.ts";
import { api } from "./client.ts";
import { parseExactly } from "./exact-json.ts";
import type { Call, CallSummary, Calls } from "./types.ts";

/** How many calls the page keeps; the server keeps as many. */
export const MOST_CALLS = 10_000;

/** How many calls one request brings. */
const PAGE = 1_000;

/** The calls that the page knows of, newest first. */
export const recentCalls: Signal<readonly CallSummary[]> = signal([]);

/** How many older calls the server has forgotten, since only the newest are kept. */
export const forgottenCalls: Signal<number> = signal(0);

/** How the first calls are: `failed` until a later attempt brings them. */
export const callsLoading: Signal<"loading" | "ready" | "failed"> = signal("loading");

const allLoaded = signal(false);

/** Whether `recentCalls` reaches back to the oldest call that is kept. */
export const hasAllCalls: ReadonlySignal<boolean> = allLoaded;

/** What an event tells of calls that started or ended; the server tells several of them together. */
export function receiveCalls(calls: readonly CallSummary[]): void {
  recentCalls.value = mergeCalls(recentCalls.peek(), calls, MOST_CALLS);
}

/** What an event tells: the server has forgotten all calls that have ended. */
export function receiveCleared(): void {
  clears += 1;
  batch(() => {
    recentCalls.value = recentCalls.peek().filter((call) => call.status === "running");
    forgottenCalls.value = 0;
    allLoaded.value = true;
  });
}

/** How often the list was cleared: a page that was asked for before holds what is gone. */
let clears = 0;

let loading: Promise<void> | null = null;

/**
 * Ask for the newest calls: at first, and after the connection was lost, as no event told what happened
 * meanwhile. Does not fail: `callsLoading` says how it went.
 */
export function loadCalls(signal?: AbortSignal): Promise<void> {
  loading ??= loadNewest(signal).finally(() => {
    loading = null;
  });
  return loading;
}

async function loadNewest(signal: AbortSignal | undefined): Promise<void> {
  const before = recentCalls.peek();
  const clearsBefore = clears;
  let page: Calls;
  try {
    page = await api.get<Calls>(`calls?limit=${PAGE}`, signal ? { signal } : {});
  } catch {
    callsLoading.value = callsLoading.peek() === "ready" ? "ready" : "failed";
    return;
  }
  if (clears !== clearsBefore) {
    return loadNewest(signal);
  }
  const known = new Set(before);
  const meanwhile = recentCalls.peek().filter((call) => !known.has(call));
  const joined = joinNewest(before, page.calls, PAGE, MOST_CALLS);
  batch(() => {
    recentCalls.value = mergeCalls(joined, meanwhile, MOST_CALLS);
    forgottenCalls.value = page.forgotten;
    allLoaded.value = isEnd(page) || (allLoaded.peek() && joined.length > page.calls.length);
    callsLoading.value = "ready";
  });
}

/** Whether there are no calls below the page, or no room for them. */
function isEnd(page: Calls): boolean {
  return page.calls.length < PAGE || recentCalls.peek().length >= MOST_CALLS;
}

let older: Promise<boolean> | null = null;

/** Put a page of older calls below those that are there. Gives whether there may be even older ones. */
export function loadOlder(): Promise<boolean> {
  older ??= loadBelow().finally(() => {
    older = null;
  });
  return older;
}

async function loadBelow(): Promise<boolean> {
  const oldest = recentCalls.peek().at(-1);
  if (allLoaded.peek() || oldest === undefined) {
    return false;
  }
  const clearsBefore = clears;
  const page = await api.get<Calls>(`calls?limit=${PAGE}&before=${encodeURIComponent(oldest.id)}`);
  if (clears !== clearsBefore) {
    return false;
  }
  batch(() => {
    recentCalls.value = appendOlder(recentCalls.peek(), page.calls, MOST_CALLS);
    forgottenCalls.value = page.forgotten;
    allLoaded.value = isEnd(page);
  });
  return !allLoaded.peek();
}

/** Have the server forget all calls that have ended; throws what `api.delete` throws. */
export async function clearCalls(): Promise<void> {
  await api.delete("calls");
  receiveCleared();
}

/** Where one call is in full; what is there is read by `readCall`. */
export function callPath(id: string): string {
  return `calls/${encodeURIComponent(id)}`;
}

/** Reads a call; numbers in its arguments and its result are as `parseExactly` reads them. */
export function readCall(text: string): Call {
  const call = JSON.parse(text) as Call;
  const exact = parseExactly(text) as unknown as Call;
  return { ...call, arguments: exact.arguments, result: exact.result };
}

/** One call in full. */
export function loadCall(id: string): Promise<Call> {
  return api.get<Call>(callPath(id), { read: readCall });
}
