import { type ComponentChildren, isValidElement, type VNode } from "preact";
import { describe, expect, test } from "vitest";
import { renderMarkdown } from "./Markdown.tsx";
import { safeLink } from "./markdown-links.ts";

interface Element {
  tag: string;
  attributes: Record<string, unknown>;
}

/** The elements that a page would get of these nodes, and their text: components are called. */
function rendered(nodes: ComponentChildren): { elements: Element[]; text: string } {
  const elements: Element[] = [];
  let text = "";
  const walk = (node: ComponentChildren): void => {
    if (Array.isArray(node)) {
      node.forEach(walk);
    } else if (isValidElement(node)) {
      const { type, props } = node as VNode<Record<string, unknown>>;
      if (typeof type === "function" && type.name === "Code") {
        elements.push({ tag: "Code", attributes: {} });
        text += String(props.code);
      } else if (typeof type === "function") {
        walk((type as (props: unknown) => ComponentChildren)(props));
      } else {
        const { children, ...attributes } = props;
        elements.push({ tag: String(type), attributes });
        walk(children as ComponentChildren);
      }
    } else if (typeof node === "string" || typeof node === "number") {
      text += node;
    }
  };
  walk(nodes);
  return { elements, text };
}

const tags = (source: string) => rendered(renderMarkdown(source)).elements.map(({ tag }) => tag);

describe("Markdown", () => {
  test("has headings below those of the page, lists, tables and code", () => {
    const source = "# One\n\n- a\n- b\n\n| x | y |\n|---|--:|\n| 1 | 2 |\n\n```py\nprint()\n```\n";
    expect(tags(source)).toEqual(
      expect.arrayContaining(["h3", "ul", "li", "table", "th", "td", "Code"]),
    );
  });

  test("has headings that leave out no level, whatever the text does", () => {
    const source = "### One\n\n##### Deeper\n\n## Two\n\n- # In a list\n";
    expect(tags(source).filter((tag) => /^h\d/.test(tag))).toEqual(["h3", "h4", "h3"]);
  });

  test("shows tasks once, as boxes", () => {
    const { elements, text } = rendered(renderMarkdown("- [x] done\n- [ ] open"));
    expect(elements.filter(({ tag }) => tag === "input")).toHaveLength(2);
    expect(text).toBe("doneopen");
  });

  test.each([
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "text <b onmouseover=alert(1)>bold</b>",
    "<iframe src='https://example.com'></iframe>",
    "- <svg onload=alert(1)>",
    "| a |\n|---|\n| <script>x</script> |",
  ])("shows HTML as text: %s", (source) => {
    const { elements, text } = rendered(renderMarkdown(source));
    const known = ["p", "ul", "li", "div", "table", "thead", "tbody", "tr", "th", "td"];
    expect(elements.map(({ tag }) => tag).filter((tag) => !known.includes(tag))).toEqual([]);
    expect(text).toMatch(/<\w+/);
    for (const { attributes } of elements) {
      expect(Object.keys(attributes).filter((name) => name.startsWith("on"))).toEqual([]);
    }
  });

  test.each([
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html,hello)",
    "[x](vbscript:x)",
    "[x](file:///etc/passwd)",
    "[x](/explorer/api/state)",
    "[x](//example.com)",
    "<javascript:alert(1)>",
    "[x]: javascript:alert(1)\n\n[x]",
    "![x](data:image/svg+xml,hello)",
  ])("does not link to anything but the web and mail: %s", (source) => {
    expect(tags(source)).not.toContain("a");
  });

  test("links to the web in another tab, which learns nothing of this one", () => {
    const { elements } = rendered(renderMarkdown("[x](https://example.com/a?b=c)"));
    expect(elements.find(({ tag }) => tag === "a")?.attributes).toMatchObject({
      href: "https://example.com/a?b=c",
      target: "_blank",
      rel: "noopener noreferrer",
    });
  });

  test("never loads an image, but links to it", () => {
    const { elements, text } = rendered(renderMarkdown("![a cat](https://example.com/cat.png)"));
    expect(elements.map(({ tag }) => tag)).toEqual(["p", "a"]);
    expect(text).toBe("a cat");
  });

  test("keeps characters as they are", () => {
    expect(rendered(renderMarkdown('a < b && c > "d" &amp; `x<y`')).text).toBe(
      'a < b && c > "d" & x<y',
    );
  });

  test("shows as it is what is nested too deep or too long", () => {
    expect(rendered(renderMarkdown(`${"> ".repeat(400)}x`)).text).toContain("x");
    expect(rendered(renderMarkdown(`${"*a ".repeat(200_000)}`)).text.length).toBeGreaterThan(
      200_000,
    );
    expect(rendered(renderMarkdown(`${"[".repeat(5_000)}x`)).text).toContain("x");
  });
});

test.each([
  ["https://example.com", "https://example.com/"],
  [" http://example.com/x ", "http://example.com/x"],
  ["mailto:a@example.com", "mailto:a@example.com"],
  ["javascript:alert(1)", null],
  ["relative/path", null],
  ["", null],
])("safeLink(%s) is %s", (address, safe) => {
  expect(safeLink(address)).toBe(safe);
});
