import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Endpoint } from "../../api/types.ts";
import { newDraft } from "./documents.ts";
import { operationsOf } from "./operations.ts";
import { forget, outcomes, run, stop } from "./run.ts";

const endpoint: Endpoint = { name: "default", path: "/graphql", auth: "none" };
const subscription = newDraft({ query: "subscription { ticks }" });
const [operation = null] = operationsOf(subscription.query) ?? [];

let bodies: string[] = [];
let send: (text: string) => void;
let end: () => void;

/** A server whose streams say what the test says, and break off when the page leaves. */
function answer(init: RequestInit): Response {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      send = (text) => controller.enqueue(new TextEncoder().encode(text));
      end = () => controller.close();
      init.signal?.addEventListener("abort", () => controller.error(init.signal?.reason));
    },
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}

beforeEach(() => {
  bodies = [];
  vi.stubGlobal("fetch", async (_path: string, init: RequestInit) => {
    bodies.push(String(init.body));
    return answer(init);
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
  outcomes.value = {};
});

test("a subscription tells of its events and its end", async () => {
  const done = run(subscription, operation, endpoint);
  await vi.waitFor(() => expect(send).toBeDefined());
  send('event: next\ndata: {"data": {"ticks": 1}}\n\nevent: complete\ndata:\n\n');
  end();
  await done;
  expect(outcomes.value[subscription.id]).toMatchObject({
    state: "stream",
    stopped: false,
    error: null,
    log: { total: 1, failed: 0 },
  });
});

test("a subscription that is stopped keeps what came", async () => {
  const done = run(subscription, operation, endpoint);
  await vi.waitFor(() => expect(bodies).toHaveLength(1));
  stop(subscription.id);
  await done;
  expect(outcomes.value[subscription.id]).toMatchObject({ state: "stream", stopped: true });
});

test("nothing is left of a subscription whose tab is closed", async () => {
  const done = run(subscription, operation, endpoint);
  await vi.waitFor(() => expect(bodies).toHaveLength(1));
  forget(subscription.id);
  await done;
  expect(outcomes.value).toEqual({});
});

test("what is sent anew is not overwritten by the end of what was sent before", async () => {
  const first = run(subscription, operation, endpoint);
  await vi.waitFor(() => expect(bodies).toHaveLength(1));
  const second = run(subscription, operation, endpoint);
  await first;
  expect(outcomes.value[subscription.id]).toMatchObject({ state: "stream", ms: null });
  await vi.waitFor(() => expect(bodies).toHaveLength(2));
  stop(subscription.id);
  await second;
});

test("variables are sent with all of their digits", async () => {
  const draft = newDraft({
    query: "query ($id: Int64!) { a(id: $id) }",
    variables: '{"id": 9007199254740993}',
  });
  void run(draft, null, endpoint);
  await vi.waitFor(() => expect(bodies).toHaveLength(1));
  expect(bodies[0]).toContain('"variables":{"id":9007199254740993}');
  stop(draft.id);
});
