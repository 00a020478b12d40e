import { digitsOf, parseExactly } from "../../api/exact-json.ts";
import type { GraphqlAnswer, GraphqlError } from "../../api/graphql.ts";
import type { CallError, CallSummary, Json } from "../../api/types.ts";
import { plural } from "../../components/format.ts";

/** What an answer says of the one function that was asked for. */
export interface Read {
  /** Undefined where nothing came. */
  value: Json | undefined;
  errors: GraphqlError[];
  /** Under which the server keeps the call. */
  executionId: string | null;
}

export function readAnswer(answer: GraphqlAnswer, field: string): Read {
  const data = record(answer.data);
  const invocation = record(record(record(answer.extensions)?.invocations)?.[field]);
  const errors = Array.isArray(answer.errors) ? answer.errors : [];
  const ids = [invocation?.executionId, ...errors.map((error) => error.extensions?.executionId)];
  return {
    value: data && Object.hasOwn(data, field) ? data[field] : undefined,
    errors,
    executionId: ids.find((id) => typeof id === "string") ?? null,
  };
}

/** The newest call of a function since a moment: streams do not tell their id. */
export function callSince(
  calls: readonly CallSummary[],
  name: string,
  startedAt: number,
): CallSummary | null {
  // Clocks of the page and the server are the same, or nearly so.
  const since = calls.filter((call) => call.function === name && call.startedAt >= startedAt - 50);
  return since.at(-1) ?? null;
}

/** Errors of the API in the form of a call's, where there is no record of the call. */
export function withoutRecord(errors: GraphqlError[]): CallError[] {
  return errors.map((error) => ({
    code: text(error.extensions?.code) ?? "ERROR",
    message: error.message,
    hint: text(error.extensions?.hint),
    detail: null,
    frames: [],
  }));
}

/** The value in an answer as it came; its numbers are as `parseExactly` reads them. */
export function exactValue(raw: string, field: string): Json | undefined {
  return readAnswer(parseExactly(raw) as unknown as GraphqlAnswer, field).value;
}

/** How much of a value there is, in words. */
export function sizeOf(value: Json): string {
  if (Array.isArray(value)) {
    return plural(value.length, "item");
  }
  if (digitsOf(value) !== null) {
    return "";
  }
  if (typeof value === "string") {
    return plural(value.length, "character");
  }
  return value !== null && typeof value === "object"
    ? plural(Object.keys(value).length, "field")
    : "";
}

/** Whether a text looks as if it were Markdown, so that it is worth offering to show it so. */
export function looksLikeMarkdown(value: string): boolean {
  const beginning = value.slice(0, 20_000);
  return /^(#{1,6} |[-*+] |\d+\. |> |```|\|.*\|)|\*\*[^*\n]+\*\*|`[^`\n]+`|\[[^\]\n]+\]\(/m.test(
    beginning,
  );
}

function text(value: Json | undefined): string | null {
  return typeof value === "string" ? value : null;
}

function record(value: Json | undefined): { [name: string]: Json } | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
}
