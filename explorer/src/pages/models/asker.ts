import type { InferenceSummary } from "../../api/types.ts";

/** What the server writes in the place of the function's name. */
const EXPLORER = "explorer";

/** Whether this page asked: then there was no call. */
export function isReplay({ function: name, call }: InferenceSummary): boolean {
  return name === EXPLORER && call === null;
}

/** Who asked, in few words. */
export function askerOf(inference: InferenceSummary): string {
  return isReplay(inference) ? "replay" : (inference.function ?? "");
}
