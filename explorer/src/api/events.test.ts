import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { State } from "./types.ts";

function stateOf(generation: number): State {
  return {
    app: "demo",
    language: "python",
    folder: null,
    generation,
    endpoints: [],
    features: { arguments: true, source: true, replay: true },
    build: { state: "ok", at: 0, ms: null },
  };
}

let server: Server;
let streams: ServerResponse[] = [];
let refused = 0;
let events: typeof import("./events.ts");
let stop: AbortController;
let listening: Promise<void>;

function answer(path: string, response: ServerResponse): void {
  response.setHeader("content-type", "application/json");
  if (path.endsWith("/session")) {
    response.end(JSON.stringify({ mode: "dev", auth: "given", token: "t", app: "", version: "" }));
  } else if (path.includes("/calls")) {
    response.end(JSON.stringify({ calls: [], forgotten: 0 }));
  } else if (refused > 0) {
    refused -= 1;
    response.writeHead(503).end(JSON.stringify({ error: { code: "X", message: "Not now." } }));
  } else {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.flushHeaders();
    streams.push(response);
  }
}

beforeEach(async () => {
  streams = [];
  refused = 0;
  server = createServer((request, response) => answer(request.url ?? "", response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const real = globalThis.fetch;
  vi.stubGlobal("fetch", (path: string, init: RequestInit) =>
    real(`http://127.0.0.1:${port}${path}`, init),
  );
  vi.resetModules();
  events = await import("./events.ts");
  stop = new AbortController();
  listening = events.listen(stop.signal, () => 1);
});

afterEach(async () => {
  stop.abort();
  await listening;
  vi.unstubAllGlobals();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** The stream number `count`, when the page has opened it. */
async function stream(count: number): Promise<ServerResponse> {
  return vi.waitFor(() => {
    const found = streams[count - 1];
    if (found === undefined) {
      throw new Error(`There are ${streams.length} streams.`);
    }
    return found;
  });
}

const told = (state: State) => `event: state\ndata: ${JSON.stringify(state)}\n\n`;

describe("listen", () => {
  test("is connected once the state is known", async () => {
    expect(events.connected.value).toBe(false);
    (await stream(1)).write(told(stateOf(3)));
    await vi.waitFor(() => expect(events.connected.value).toBe(true));
    expect(events.state.value?.generation).toBe(3);
  });

  test("comes back when the server does, and what was asked before is out of date", async () => {
    (await stream(1)).write(told(stateOf(1)));
    await vi.waitFor(() => expect(events.connected.value).toBe(true));
    const before = events.edition.value;
    (await stream(1)).end();
    await vi.waitFor(() => expect(events.connection.value).toBe("gone"));
    (await stream(2)).write(told(stateOf(1)));
    await vi.waitFor(() => expect(events.connected.value).toBe(true));
    expect(events.edition.value).not.toBe(before);
  });

  test("keeps the last state while the server is gone", async () => {
    (await stream(1)).write(told(stateOf(1)));
    await vi.waitFor(() => expect(events.connected.value).toBe(true));
    (await stream(1)).destroy();
    await vi.waitFor(() => expect(events.connection.value).toBe("gone"));
    expect(events.state.value?.app).toBe("demo");
  });

  test("goes on after refusals, and tells what the server said meanwhile", async () => {
    refused = 3;
    (await stream(1)).end();
    await vi.waitFor(() => expect(events.connectionError.value?.message).toBe("Not now."));
    (await stream(2)).write(told(stateOf(1)));
    await vi.waitFor(() => expect(events.connected.value).toBe(true));
    expect(events.connectionError.value).toBeNull();
  });

  test("goes on after an event that is no JSON", async () => {
    (await stream(1)).write("event: state\ndata: {\n\n");
    (await stream(2)).write(told(stateOf(2)));
    await vi.waitFor(() => expect(events.state.value?.generation).toBe(2));
  });
});

describe("waitBefore", () => {
  test("grows with the failures, up to some seconds", () => {
    const waits = [1, 2, 3, 4, 20].map((failures) => events.waitBefore(failures, 1));
    expect(waits).toEqual([400, 800, 1600, 3200, 5000]);
  });

  test("is spread, so that pages do not come all at once", () => {
    expect(events.waitBefore(1, 0)).toBe(200);
  });
});
