import { describe, expect, test } from "vitest";
import { href, PAGES, parseRoute } from "./routes.ts";

describe("parseRoute", () => {
  test.each([
    ["/explorer", "functions", ""],
    ["/explorer/", "functions", ""],
    ["/explorer/functions/query.person", "functions", "query.person"],
    ["/explorer/graphql", "graphql", ""],
    ["/explorer/calls/abc", "calls", "abc"],
    ["/explorer/collections/my%20texts", "collections", "my texts"],
    ["/explorer/collections/a%2Fb/", "collections", "a/b"],
    ["/explorer/collections/%E0%A4%A", "collections", "%E0%A4%A"],
    ["/explorer/nowhere/x", "functions", ""],
  ])("%s is %s %s", (path, page, rest) => {
    expect(parseRoute(path, "")).toMatchObject({ page, rest });
  });

  test("has the query", () => {
    expect(parseRoute("/explorer/calls", "?status=failed").query.get("status")).toBe("failed");
  });
});

describe("href", () => {
  test.each(["query.person", "a b", "ä?#%", "x/y"])("leads back to %s", (rest) => {
    const url = new URL(href("collections", rest, { q: "a&b" }), "http://localhost");
    expect(parseRoute(url.pathname, url.search)).toMatchObject({ page: "collections", rest });
    expect(url.searchParams.get("q")).toBe("a&b");
  });

  test("leaves out what is empty", () => {
    expect(href("calls", "", { a: null, b: "", c: undefined })).toBe("/explorer/calls");
  });
});

test("the keys of pages are unlike", () => {
  expect(new Set(PAGES.map(({ key }) => key)).size).toBe(PAGES.length);
});
