import { describe, expect, test } from "vitest";
import { documentTitle, operationAt, operationLabel, operationsOf } from "./operations.ts";

const TEXT = `query People { people { name } }

fragment Name on Person { name }

mutation Add($name: String!) { addPerson(name: $name) { ...Name } }

subscription { ticks }
`;

describe("operationsOf", () => {
  test("finds the operations, not the fragments", () => {
    const found = operationsOf(TEXT) ?? [];
    expect(found.map((one) => [one.kind, one.name, one.field])).toEqual([
      ["query", "People", "people"],
      ["mutation", "Add", "addPerson"],
      ["subscription", null, "ticks"],
    ]);
    expect(TEXT.slice(found[1]?.from, found[1]?.to)).toMatch(/^mutation Add.*}$/);
  });

  test("is null while there is a mistake in the text", () => {
    expect(operationsOf("query {")).toBeNull();
    expect(operationsOf("")).toBeNull();
  });
});

describe("operationAt", () => {
  const operations = operationsOf(TEXT) ?? [];
  const at = (part: string) => operationAt(operations, TEXT.indexOf(part))?.field;

  test("is the one around the cursor", () => {
    expect(at("people {")).toBe("people");
    expect(at("addPerson")).toBe("addPerson");
    expect(operationAt(operations, TEXT.indexOf("subscription"))?.field).toBe("ticks");
  });

  test("is the one before a cursor that is in none", () => {
    expect(at("fragment")).toBe("people");
    expect(operationAt(operations, TEXT.length)?.field).toBe("ticks");
  });

  test("is the first for a cursor before all, and none where there is none", () => {
    expect(operationAt(operationsOf("\n\n{ a }") ?? [], 0)?.field).toBe("a");
    expect(operationAt([], 3)).toBeNull();
  });
});

test("operations without names are called by their fields", () => {
  const labels = (operationsOf(TEXT) ?? []).map(operationLabel);
  expect(labels).toEqual(["People", "Add", "{ ticks }"]);
});

describe("documentTitle", () => {
  test.each([
    ["query People { people }", "People"],
    ["{ people { name } }", "people"],
    ["mutation Add( {", "Add"],
    ["", "Untitled"],
    ["# nothing", "Untitled"],
  ])("of %s is %s", (text, title) => {
    expect(documentTitle(text)).toBe(title);
  });
});
