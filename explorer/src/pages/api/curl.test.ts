import { expect, test } from "vitest";
import { parseExactly } from "../../api/exact-json.ts";
import { curlCommand } from "./curl.ts";

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

test("has all digits of numbers of 64 bits", () => {
  const variables = parseExactly('{"id": 18446744073709551615}');
  expect(curlCommand({ ...request, variables })).toContain('{"id":18446744073709551615}');
});
