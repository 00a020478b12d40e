import type { GraphqlAnswer, GraphqlError } from "../../api/graphql.ts";

/** A function that ran for an answer. */
export interface Invocation {
  /** The key of its field in the answer. */
  key: string;
  /** Of the call. */
  id: string;
  /** How many lines it has logged. */
  lines: number;
}

/** The calls of an answer, as `extensions.invocations` has them. */
export function invocationsOf(answer: GraphqlAnswer): Invocation[] {
  const found = answer.extensions?.invocations;
  if (!isObject(found)) {
    return [];
  }
  return Object.entries(found).flatMap(([key, one]) => {
    if (!isObject(one) || typeof one.executionId !== "string") {
      return [];
    }
    return [{ key, id: one.executionId, lines: Array.isArray(one.logs) ? one.logs.length : 0 }];
  });
}

/** The call in which an error happened; null if it is of none. */
export function callOf(error: GraphqlError, answer: GraphqlAnswer): string | null {
  const own = error.extensions?.executionId;
  if (typeof own === "string") {
    return own;
  }
  const key = error.path?.[0];
  return invocationsOf(answer).find((one) => one.key === key)?.id ?? null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A duration that the server tells of itself. */
export interface ServerTiming {
  name: string;
  ms: number;
}

/** What the header `Server-Timing` says, and `extensions.tracing` where a gateway adds it. */
export function serverTimings(headers: Headers, answer: GraphqlAnswer | null): ServerTiming[] {
  const told = (headers.get("server-timing") ?? "").split(",").flatMap((part) => {
    const [name = "", ...facts] = part.split(";").map((one) => one.trim());
    const ms = Number(facts.find((one) => one.startsWith("dur="))?.slice(4) ?? Number.NaN);
    return name !== "" && Number.isFinite(ms) ? [{ name, ms }] : [];
  });
  const tracing = answer?.extensions?.tracing;
  const nanoseconds = isObject(tracing) ? tracing.duration : null;
  if (typeof nanoseconds === "number") {
    told.push({ name: "server", ms: nanoseconds / 1e6 });
  }
  return told;
}
