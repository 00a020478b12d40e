import { expect, test } from "vitest";
import { curlCommand, quoted } from "./curl.ts";

const request = {
  url: "http://localhost:8686/graphql",
  query: "{ sayHello }",
  variables: {},
  operationName: null,
  headers: {},
  stream: false,
};

test("has the query, and variables and a name only where there are some", () => {
  expect(curlCommand(request)).toBe(
    `curl http://localhost:8686/graphql \\
  -H 'content-type: application/json' \\
  --data-binary '{"query":"{ sayHello }"}'`,
  );
  const more = curlCommand({ ...request, variables: { a: 1 }, operationName: "Q" });
  expect(more).toContain(`'{"query":"{ sayHello }","variables":{"a":1},"operationName":"Q"}'`);
});

test("asks for a stream of events where the answer is one", () => {
  const text = curlCommand({ ...request, stream: true });
  expect(text).toMatch(/^curl -N /);
  expect(text).toContain("accept: text/event-stream");
});

test.each([
  ["plain", "plain"],
  ["", "''"],
  ["it's", "'it'\\''s'"],
  ["$(date) `date` $HOME", "'$(date) `date` $HOME'"],
  ['a "b" \\ \n c', "'a \"b\" \\ \n c'"],
  ["é", "'é'"],
])("a shell reads %s as it was meant", (word, written) => {
  expect(quoted(word)).toBe(written);
});
