import {
  askToSignIn,
  pastedToken,
  session,
  sessionHeaders,
  signIn,
  tokenAccepted,
} from "./session.ts";
import type { ApiFailure, Session } from "./types.ts";

const ROOT = "/explorer/api/";

/** An answer that is no success, or none at all: then `status` is 0 and `code` is `UNREACHABLE`. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly hint: string | null = null,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

const unreachable = () =>
  new ApiError(
    0,
    "UNREACHABLE",
    "The server does not answer.",
    "Is it still running? This page goes on as soon as it is back.",
  );

async function send(path: string, init: RequestInit, headers: Record<string, string>) {
  try {
    return await fetch(ROOT + path, {
      ...init,
      headers: { ...headers, ...(init.headers as Record<string, string> | undefined) },
      credentials: "same-origin",
      redirect: "error",
    });
  } catch (error) {
    if (init.signal?.aborted) {
      throw error;
    }
    throw unreachable();
  }
}

async function failureOf(answer: Response): Promise<ApiError> {
  const body = (await answer.json().catch(() => null)) as ApiFailure | null;
  const error = body?.error;
  return typeof error?.message === "string"
    ? new ApiError(answer.status, error.code, error.message, error.hint)
    : new ApiError(answer.status, "UNKNOWN", `The server answered with status ${answer.status}.`);
}

let asked: Promise<Session> | null = null;

/** The session; asked of the server once, or anew. */
export function knownSession(anew = false): Promise<Session> {
  if (asked === null || anew) {
    const request = fetchSession();
    asked = request;
    request.catch(() => {
      if (asked === request) {
        asked = null;
      }
    });
  }
  return asked;
}

async function fetchSession(): Promise<Session> {
  const answer = await send("session", {}, {});
  if (!answer.ok) {
    throw await failureOf(answer);
  }
  const found = (await answer.json()) as Session;
  session.value = found;
  return found;
}

/**
 * Send a request to the API as the one who uses this page. A refused token is fetched anew once; where
 * the user has to paste one, the request waits for it and is then sent again.
 *
 * Throws `ApiError` for all answers but successes.
 */
export async function request(path: string, init: RequestInit = {}): Promise<Response> {
  let known = await knownSession();
  let renewed = false;
  for (;;) {
    const token = pastedToken.peek();
    const answer = await send(path, init, sessionHeaders(known, token));
    if (answer.ok) {
      tokenAccepted();
      return answer;
    }
    const failure = await failureOf(answer);
    if (failure.code === "SCOPE_MISSING" && known.auth !== "given") {
      await pasted(known.auth, failure, init.signal, token);
      continue;
    }
    if (answer.status !== 401) {
      throw failure;
    }
    if (!renewed) {
      // The server may have been started anew, with another token or in another mode.
      renewed = true;
      const before = sessionHeaders(known, token);
      known = await knownSession(true);
      if (known.auth === "given" || !sameHeaders(before, sessionHeaders(known, token))) {
        continue;
      }
    }
    if (known.auth === "given") {
      throw failure;
    }
    await pasted(known.auth, failure, init.signal, token);
    renewed = false;
  }
}

function sameHeaders(a: Record<string, string>, b: Record<string, string>): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Wait until there is a token other than `refused`. */
async function pasted(
  auth: "typed" | "bearer",
  failure: ApiError,
  aborted: AbortSignal | null | undefined,
  refused: string,
): Promise<void> {
  if (pastedToken.peek() !== refused && signIn.peek()?.checking !== false) {
    return;
  }
  const turn = askToSignIn(auth, failure);
  if (!aborted) {
    return turn;
  }
  aborted.throwIfAborted();
  let stop = () => {};
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(aborted.reason);
  });
  aborted.addEventListener("abort", stop);
  try {
    await Promise.race([turn, stopped]);
  } finally {
    aborted.removeEventListener("abort", stop);
  }
}

async function json<T>(path: string, init: RequestInit, read = JSON.parse): Promise<T> {
  const answer = await request(path, init);
  const text = await answer.text();
  return (text === "" ? null : read(text)) as T;
}

export interface CallOptions {
  signal?: AbortSignal;
}

export interface GetOptions<T> extends CallOptions {
  /** In the place of `JSON.parse`. */
  read?: (text: string) => T;
}

/** The server's API; paths are relative to `/explorer/api/`. */
export const api = {
  get: <T>(path: string, { read, ...options }: GetOptions<T> = {}): Promise<T> =>
    json<T>(path, options, read),
  post: <T>(path: string, body: unknown = {}, options: CallOptions = {}): Promise<T> =>
    json<T>(path, {
      ...options,
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    }),
  delete: <T>(path: string, options: CallOptions = {}): Promise<T> =>
    json<T>(path, { ...options, method: "DELETE" }),
};
