import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { rejection, run, take } from "./scenario.mjs";

function client(url, options = {}) {
  return createClient({ url: url.replace("http", "ws"), webSocketImpl: WebSocket, ...options });
}

const ticks = (count, intervalMs = 5) => ({
  query: "subscription ($count: Int!, $intervalMs: Int!) { ticks(count: $count, intervalMs: $intervalMs) }",
  variables: { count, intervalMs },
});

run({
  async all(url, request) {
    return await take(client(url).iterate(request));
  },

  async ticks(url, count) {
    return (await take(client(url).iterate(ticks(count)))).map(({ data }) => data.ticks);
  },

  /* Leaves a subscription, and goes on over the same connection. */
  async left(url) {
    let connections = 0;
    const on = { connected: () => (connections += 1) };
    const socket = client(url, { on, lazyCloseTimeout: 60_000 });
    const some = await take(socket.iterate(ticks(1_000_000)), 2);
    const after = await take(socket.iterate({ query: "{ sayHello }" }));
    return { some: some.map(({ data }) => data.ticks), after, connections };
  },

  /* Many at once over one connection. */
  async together(url, count) {
    const socket = client(url);
    const all = Array.from({ length: count }, (_, i) => take(socket.iterate(ticks(i + 1, 1))));
    return (await Promise.all(all)).map((events) => events.map(({ data }) => data.ticks));
  },

  async refused(url, query) {
    const error = await rejection(take(client(url).iterate({ query })));
    return Array.isArray(error) ? error : { code: error.code, reason: error.reason };
  },

  async kept(url) {
    let pongs = 0;
    const on = { pong: (received) => (pongs += received ? 1 : 0) };
    const socket = client(url, { keepAlive: 10, on });
    for await (const _ of socket.iterate(ticks(1_000_000))) if (pongs >= 2) break;
    return pongs;
  },

  /* Leaves without a word while a subscription runs. */
  async vanished(url) {
    let raw;
    const on = { connected: (socket) => (raw = socket) };
    const socket = client(url, { on, retryAttempts: 0 });
    const events = take(socket.iterate(ticks(1_000_000)));
    const failed = rejection(events);
    setTimeout(() => raw.terminate(), 100);
    return (await failed).code;
  },
});
