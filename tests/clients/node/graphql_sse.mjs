import { createClient } from "graphql-sse";
import { run, take } from "./scenario.mjs";

function client(url, options = {}) {
  return createClient({ url, retryAttempts: 0, ...options });
}

const ticks = (count) => ({
  query: "subscription ($count: Int!) { ticks(count: $count, intervalMs: 5) }",
  variables: { count },
});

run({
  async all(url, request) {
    return await take(client(url).iterate(request));
  },

  async ticks(url, count) {
    return (await take(client(url).iterate(ticks(count)))).map(({ data }) => data.ticks);
  },

  async left(url) {
    const sse = client(url);
    const some = await take(sse.iterate(ticks(1_000_000)), 2);
    const after = await take(sse.iterate({ query: "{ sayHello }" }));
    return { some: some.map(({ data }) => data.ticks), after };
  },
});
