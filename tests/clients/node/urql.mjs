import { Client, fetchExchange, gql } from "@urql/core";
import { run } from "./scenario.mjs";

function client(url, options = {}) {
  return new Client({ url, exchanges: [fetchExchange], preferGetMethod: false, ...options });
}

function seen({ data, error }) {
  const errors = error?.graphQLErrors.map(({ message, path, extensions }) => {
    return { message, path, code: extensions.code };
  });
  return { data, errors, network: error?.networkError?.message };
}

run({
  async query(url, { text, variables, get }) {
    const urql = client(url, { preferGetMethod: get ? "force" : false });
    return seen(await urql.query(gql(text), variables ?? {}).toPromise());
  },

  async mutation(url, { text, variables }) {
    return seen(await client(url).mutation(gql(text), variables).toPromise());
  },

  /* urql takes subscriptions as Server-Sent Events when it is told so. */
  ticks(url, { count, leaveAfter }) {
    return new Promise((resolve) => {
      const values = [];
      const urql = client(url, { fetchSubscriptions: true });
      const query = gql`
        subscription ($count: Int!) {
          ticks(count: $count, intervalMs: 5)
        }
      `;
      const { unsubscribe } = urql.subscription(query, { count }).subscribe((result) => {
        // The last result is given again, to tell that there are no more.
        if (result.hasNext === false) return resolve(values);
        values.push(result.error ? seen(result) : result.data.ticks);
        if (values.length === leaveAfter) {
          unsubscribe();
          resolve(values);
        }
      });
    });
  },
});
