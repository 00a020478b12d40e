import { createHash } from "node:crypto";
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from "@apollo/client";
import { CombinedGraphQLErrors } from "@apollo/client/errors";
import { createPersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { OperationTypeNode } from "graphql";
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { rejection, run } from "./scenario.mjs";

// Apollo asks the global one for the names of states; Node.js has none before 22.
globalThis.WebSocket ??= WebSocket;

const PERSON = gql`
  fragment Named on Person {
    id
    name
  }
`;

function over(link) {
  return new ApolloClient({ link, cache: new InMemoryCache() });
}

/* HTTP for queries and mutations, WebSocket for subscriptions, as Apollo's documentation has it. */
function client(url, options = {}) {
  const http = new HttpLink({ uri: url, ...options });
  const socket = new GraphQLWsLink(createClient({ url, webSocketImpl: WebSocket }));
  const isSubscription = ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION;
  return over(ApolloLink.split(isSubscription, socket, http));
}

function seen(error) {
  const known = CombinedGraphQLErrors.is(error);
  return { known, errors: known ? error.errors : String(error), data: known ? error.data : null };
}

run({
  async query(url, variables) {
    const query = gql`
      query Two($id: Int!, $other: Int!, $withAddress: Boolean!) {
        first: person(id: $id) {
          ...Named
          address @include(if: $withAddress) {
            city
          }
        }
        second: person(id: $other) {
          ...Named
          ... on Person {
            tags
          }
        }
      }
      ${PERSON}
    `;
    return (await client(url).query({ query, variables })).data;
  },

  /* Apollo keeps objects by their __typename, which it adds to each selection, and their id. */
  async normalised(url) {
    const apollo = client(url);
    await apollo.query({
      query: gql`
        query {
          people {
            ...Named
          }
        }
        ${PERSON}
      `,
    });
    return apollo.cache.readFragment({ id: "Person:2", fragment: PERSON });
  },

  async get(url) {
    const methods = [];
    const apollo = client(url, {
      useGETForQueries: true,
      fetch: (target, options) => {
        methods.push(options.method);
        return fetch(target, options);
      },
    });
    const { data } = await apollo.query({
      query: gql`
        query ($name: String!) {
          sayHello(name: $name)
        }
      `,
      variables: { name: "Ada & Bo" },
    });
    return { data, methods };
  },

  async mutation(url, person) {
    const mutation = gql`
      mutation Add($person: PersonInput!) {
        addPerson(person: $person) {
          name
          address {
            street
            city
          }
        }
      }
    `;
    return (await client(url).mutate({ mutation, variables: { person } })).data;
  },

  async introspection(url) {
    const query = gql`
      query {
        __type(name: "Person") {
          fields {
            name
          }
        }
      }
    `;
    return (await client(url).query({ query })).data;
  },

  async failure(url, text) {
    return seen(await rejection(client(url).query({ query: gql(text) })));
  },

  async partial(url, text) {
    const result = await client(url).query({ query: gql(text), errorPolicy: "all" });
    return { data: result.data, ...seen(result.error) };
  },

  async persisted(url, { get, name }) {
    const requests = [];
    const recording = async (target, options) => {
      const sent =
        options.method === "GET"
          ? Object.fromEntries(new URL(target).searchParams)
          : JSON.parse(options.body);
      const response = await fetch(target, options);
      requests.push({ method: options.method, text: "query" in sent, status: response.status });
      return response;
    };
    const sha256 = (text) => createHash("sha256").update(text).digest("hex");
    const link = createPersistedQueryLink({ sha256, useGETForHashedQueries: get });
    const apollo = over(link.concat(new HttpLink({ uri: url, fetch: recording })));
    // A name that no other test has makes a text that the server has not seen.
    const query = gql(`query ${name}($name: String!) { sayHello(name: $name) }`);
    const answers = [];
    for (const name of ["Ada", "Bo"]) {
      answers.push((await apollo.query({ query, variables: { name } })).data.sayHello);
    }
    return { requests, answers };
  },

  async cancelled(url) {
    const controller = new AbortController();
    const query = gql`
      query {
        wait(seconds: 60)
      }
    `;
    const context = { fetchOptions: { signal: controller.signal } };
    const waiting = rejection(client(url).query({ query, context }));
    process.stderr.write("asked\n");
    process.stdin.once("data", () => controller.abort());
    return (await waiting).name;
  },

  ticks(url) {
    return new Promise((resolve, reject) => {
      const values = [];
      const query = gql`
        subscription ($count: Int!) {
          ticks(count: $count, intervalMs: 1)
        }
      `;
      client(url)
        .subscribe({ query, variables: { count: 3 } })
        .subscribe({
          next: ({ data, error }) => (error ? reject(error) : values.push(data.ticks)),
          error: reject,
          complete: () => resolve(values),
        });
    });
  },

  /* Leaves one of two subscriptions of a connection; the other goes on. */
  left(url) {
    return new Promise((resolve, reject) => {
      const apollo = client(url);
      const subscribe = (count, observer) =>
        apollo
          .subscribe({
            query: gql`
              subscription ($count: Int!) {
                ticks(count: $count, intervalMs: 5)
              }
            `,
            variables: { count },
          })
          .subscribe({ error: reject, ...observer });
      const endless = [];
      const left = subscribe(1_000_000, {
        next: ({ data }) => {
          endless.push(data.ticks);
          if (endless.length !== 2) return;
          left.unsubscribe();
          const whole = [];
          subscribe(3, {
            next: (result) => whole.push(result.data.ticks),
            complete: () => resolve({ endless, whole }),
          });
        },
      });
    });
  },

  failedSubscription(url, text) {
    return new Promise((resolve) => {
      client(url)
        .subscribe({ query: gql(text) })
        .subscribe({
          next: ({ error }) => resolve(seen(error)),
          error: (error) => resolve(seen(error)),
          complete: () => resolve("complete"),
        });
    });
  },
});
