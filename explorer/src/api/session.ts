import { signal } from "@preact/signals";
import { persisted } from "../state/persist.ts";
import type { Session } from "./types.ts";

/** Why the user has to sign in. */
export interface SignIn {
  auth: "typed" | "bearer";
  /**
   * `missing`: no token yet; `refused`: the server did not take it; `expired`: it did until now; `restarted`:
   * the server was started anew, with a token of its own; `scope`: it is good, but not for the Explorer.
   */
  reason: "missing" | "refused" | "expired" | "restarted" | "scope";
  /** What the server said. */
  message: string;
  hint: string | null;
  /** Whether a token has been pasted that no request has come back with yet. */
  checking: boolean;
}

/** Who serves this page; null until it has been asked. */
export const session = signal<Session | null>(null);

/** Set while the page waits for the user to paste a token. */
export const signIn = signal<SignIn | null>(null);

/** A token that was pasted. It stays in the tab. */
export const pastedToken = persisted("token", "", { storage: "session" });

let accepted = false;
let waiting: { promise: Promise<void>; go: () => void } | null = null;

/** The token was good for a request: if it is refused later, something has changed. */
export function tokenAccepted(): void {
  accepted = true;
  signIn.value = null;
}

/** The headers that prove who sends a request to the API. */
export function sessionHeaders(of: Session, pasted: string): Record<string, string> {
  if (of.auth === "given") {
    return of.token === null ? {} : { "x-atoll-token": of.token };
  }
  const token = pasted.trim().replace(/^bearer\s+/i, "");
  if (token === "") {
    return {};
  }
  return of.auth === "typed" ? { "x-atoll-token": token } : { authorization: `Bearer ${token}` };
}

/** When a JSON Web Token ends, in milliseconds since the epoch; null if it does not say. */
export function tokenEnd(token: string): number | null {
  try {
    const payload = token.trim().split(".")[1] ?? "";
    const claims: unknown = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/")));
    const end = (claims as { exp?: unknown } | null)?.exp;
    return typeof end === "number" ? end * 1000 : null;
  } catch {
    return null;
  }
}

/** What the server said when it refused a request. */
interface Refusal {
  code: string;
  message: string;
  hint: string | null;
}

function reasonOf(auth: SignIn["auth"], code: string): SignIn["reason"] {
  if (pastedToken.peek().trim() === "") {
    return "missing";
  }
  switch (code) {
    case "TOKEN_EXPIRED":
      return "expired";
    case "SCOPE_MISSING":
      return "scope";
    default:
      return accepted ? (auth === "typed" ? "restarted" : "expired") : "refused";
  }
}

/** Show the sign-in panel; resolves once the user has pasted a token. */
export function askToSignIn(auth: SignIn["auth"], said: Refusal): Promise<void> {
  signIn.value = {
    auth,
    reason: reasonOf(auth, said.code),
    message: said.message,
    hint: said.hint,
    checking: false,
  };
  if (waiting === null) {
    let go: () => void = () => {};
    const promise = new Promise<void>((resolve) => {
      go = resolve;
    });
    waiting = { promise, go };
  }
  return waiting.promise;
}

/** Go on with `token` where requests were refused. */
export function signInWith(token: string): void {
  accepted = false;
  pastedToken.value = token.trim();
  if (signIn.value !== null) {
    signIn.value = { ...signIn.value, checking: true };
  }
  const released = waiting;
  waiting = null;
  released?.go();
}
