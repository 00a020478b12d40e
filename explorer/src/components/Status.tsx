import type { CallStatus } from "../api/types.ts";
import "./Badge.css";

const WORDS: Record<CallStatus, string> = {
  running: "Running",
  ok: "OK",
  failed: "Failed",
  cancelled: "Cancelled",
};

export interface StatusProps {
  status: CallStatus;
  /** Show the dot alone; the word is still read. */
  dot?: boolean;
}

/** How a call or an inference is, or ended. */
export function Status({ status, dot = false }: StatusProps) {
  return (
    <span class={`status status-${status}`} title={dot ? WORDS[status] : undefined}>
      <span class="status-dot" aria-hidden="true" />
      <span class={dot ? "only-read" : "status-word"}>{WORDS[status]}</span>
    </span>
  );
}
