import { digitsOf, writeExactly } from "../../api/exact-json.ts";
import type { GraphqlAnswer } from "../../api/graphql.ts";
import { cut } from "../../components/format.ts";

/** One answer of a subscription. */
export interface StreamEvent {
  /** From 1. */
  number: number;
  /** Since the subscription was sent. */
  atMs: number;
  answer: GraphqlAnswer;
}

/** The last answers of a subscription, and how many there were. */
export interface StreamLog {
  events: StreamEvent[];
  total: number;
  failed: number;
}

export const NO_EVENTS: StreamLog = { events: [], total: 0, failed: 0 };

const MOST = 500;

/** The log with more answers at its end; the oldest make room. */
export function appended(
  log: StreamLog,
  more: readonly { atMs: number; answer: GraphqlAnswer }[],
  most = MOST,
): StreamLog {
  const added = more.map((one, at) => ({ ...one, number: log.total + at + 1 }));
  const failed = more.filter((one) => (one.answer.errors?.length ?? 0) > 0).length;
  return {
    events: [...log.events, ...added].slice(-most),
    total: log.total + more.length,
    failed: log.failed + failed,
  };
}

/** An answer as one line: what was selected, or what went wrong. */
export function eventLine(answer: GraphqlAnswer, most = 200): string {
  const [error] = answer.errors ?? [];
  if (error !== undefined) {
    return oneLine(error.message, most);
  }
  const { data } = answer;
  const fields = typeof data === "object" && data !== null ? Object.values(data) : [];
  const shown = fields.length === 1 ? fields[0] : data;
  const isText = typeof shown === "string" && digitsOf(shown) === null;
  return oneLine(isText ? shown : writeExactly(shown ?? null), most);
}

function oneLine(text: string, most: number): string {
  return cut(text, most).replace(/\s+/g, " ");
}
