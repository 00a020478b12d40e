import { endpoint as chosenEndpoint, endpointHeaders } from "../state/endpoint.ts";
import { ApiError } from "./client.ts";
import { parseExactly, writeExactly } from "./exact-json.ts";
import { readEvents } from "./sse.ts";
import type { Endpoint, Json } from "./types.ts";

export interface GraphqlRequest {
  query: string;
  /** Numbers that `parseExactly` marked are sent with all of their digits. */
  variables?: { [name: string]: Json };
  operationName?: string | null;
  /** Beside the endpoint's token and the content types. */
  headers?: Record<string, string>;
  /** The chosen one by default. */
  endpoint?: Endpoint;
  signal?: AbortSignal;
}

export interface GraphqlError {
  message: string;
  path?: (string | number)[];
  locations?: { line: number; column: number }[];
  extensions?: { [name: string]: Json };
}

export interface GraphqlAnswer {
  data?: Json;
  errors?: GraphqlError[];
  extensions?: { [name: string]: Json };
}

export interface GraphqlResponse {
  status: number;
  headers: Headers;
  /** Null where the answer is no JSON: see `text`. */
  body: GraphqlAnswer | null;
  text: string;
  bytes: number;
  /** Until the head of the answer was there, and until all of it was. */
  firstByteMs: number;
  ms: number;
}

function targetOf(given: Endpoint | undefined): Endpoint {
  const target = given ?? chosenEndpoint.peek();
  if (target === null) {
    throw new ApiError(0, "NO_ENDPOINT", "This app has no endpoint.", "Add one to modus.json.");
  }
  return target;
}

function timeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

async function send(wanted: GraphqlRequest, accept: string): Promise<Response> {
  const target = targetOf(wanted.endpoint);
  const { query, variables, operationName } = wanted;
  try {
    return await fetch(target.path, {
      method: "POST",
      headers: {
        "x-time-zone": timeZone(),
        ...endpointHeaders(target),
        ...lowerCased(wanted.headers ?? {}),
        accept,
        "content-type": "application/json",
      },
      body: writeExactly({
        query,
        ...(variables === undefined ? {} : { variables }),
        ...(operationName ? { operationName } : {}),
      }),
      signal: wanted.signal ?? null,
    });
  } catch (error) {
    if (wanted.signal?.aborted) {
      throw error;
    }
    if (error instanceof TypeError && /header|ByteString|invalid/i.test(error.message)) {
      throw new ApiError(0, "BAD_HEADER", `A header cannot be sent: ${error.message}`);
    }
    throw new ApiError(0, "UNREACHABLE", "The server does not answer.", "Is it still running?");
  }
}

function lowerCased(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

/** Run a query or a mutation. Throws `ApiError` if there is no answer; others are in its result. */
export async function runGraphql(wanted: GraphqlRequest): Promise<GraphqlResponse> {
  const start = performance.now();
  const answer = await send(wanted, "application/graphql-response+json, application/json");
  const firstByteMs = performance.now() - start;
  const bytes = await answer.arrayBuffer();
  const ms = performance.now() - start;
  const text = new TextDecoder().decode(bytes);
  return {
    status: answer.status,
    headers: answer.headers,
    body: asAnswer(text),
    text,
    bytes: bytes.byteLength,
    firstByteMs,
    ms,
  };
}

function asAnswer(
  text: string,
  read: (text: string) => unknown = JSON.parse,
): GraphqlAnswer | null {
  try {
    const found = read(text);
    return typeof found === "object" && found !== null && !Array.isArray(found)
      ? (found as GraphqlAnswer)
      : null;
  } catch {
    return null;
  }
}

export interface SubscriptionListener {
  /** Its numbers are as `parseExactly` reads them. */
  onNext: (answer: GraphqlAnswer) => void;
  /** The server closed it, or `signal` did. */
  onEnd: () => void;
  /** It could not begin, or broke off. */
  onError: (error: ApiError) => void;
}

/** Listen to a subscription until it ends or `signal` aborts it. Never throws: errors are told. */
export async function subscribeGraphql(
  wanted: GraphqlRequest,
  listener: SubscriptionListener,
): Promise<void> {
  let complete = false;
  try {
    const answer = await send(wanted, "text/event-stream");
    const type = answer.headers.get("content-type") ?? "";
    if (!type.startsWith("text/event-stream") || answer.body === null) {
      const body = asAnswer(await answer.text());
      if (body !== null) {
        listener.onNext(body);
        listener.onEnd();
        return;
      }
      throw new ApiError(answer.status, "UNKNOWN", `The server answered with ${answer.status}.`);
    }
    await readEvents(answer.body, (event) => {
      if (event.event === "next") {
        const body = asAnswer(event.data, parseExactly);
        if (body !== null) {
          listener.onNext(body);
        }
      } else if (event.event === "complete") {
        complete = true;
      }
    });
    if (!complete) {
      throw new ApiError(0, "BROKEN_OFF", "The subscription broke off.", "Start it again.");
    }
    listener.onEnd();
  } catch (error) {
    if (wanted.signal?.aborted || complete) {
      listener.onEnd();
    } else if (error instanceof ApiError) {
      listener.onError(error);
    } else {
      listener.onError(new ApiError(0, "BROKEN_OFF", "The subscription broke off."));
    }
  }
}
