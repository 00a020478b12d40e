import { parse } from "graphql";
import { expect, test } from "vitest";
import { formatted, hasComments } from "./graphql-extensions.ts";

test("formatting lays out a document without changing what it says", () => {
  const text = 'query A($a:Int=1){b(c:$a,d:"x # y"){e...F}}fragment F on T{g}';
  expect(formatted(text)).toBe(
    `query A($a: Int = 1) {
  b(c: $a, d: "x # y") {
    e
    ...F
  }
}

fragment F on T {
  g
}
`,
  );
  expect(parse(formatted(text) ?? "").definitions).toHaveLength(2);
});

test("what has a mistake or comments is not formatted: it would be lost", () => {
  expect(formatted("{ a")).toBeNull();
  expect(formatted("{ a } # why")).toBeNull();
});

test("a sign in a text is no comment", () => {
  expect(hasComments('{ a(b: "#", c: """# "x" """, d: "\\"#") }')).toBe(false);
  expect(hasComments('{ a(b: "x") } # "y"')).toBe(true);
});
