import { lexer, type Token, type Tokens } from "marked";
import { type ComponentChildren, h } from "preact";
import { useMemo } from "preact/hooks";
import { Code } from "./Code.tsx";
import { classes } from "./class-names.ts";
import { safeLink } from "./markdown-links.ts";
import "./Markdown.css";

export interface MarkdownProps {
  text: string;
  /** Of its first headings: one more than that of the heading above it in the page. */
  level?: number;
  class?: string;
}

/** More than this is shown as it is: no person wrote it, and lexers may be slow on it. */
const MOST = 200_000;
/** So deep may lists and quotes be; what is deeper is shown as it is. */
const DEEPEST = 24;

/**
 * Text with Markdown in it, from anyone. HTML in it shows as text, images as links, and links lead only
 * to the web and to mail.
 */
export function Markdown({ text, level = 3, class: className }: MarkdownProps) {
  const content = useMemo(() => renderMarkdown(text, level), [text, level]);
  return <div class={classes("markdown", className)}>{content}</div>;
}

/** The nodes that `text` becomes. */
export function renderMarkdown(text: string, level = 3): ComponentChildren {
  if (text.length > MOST) {
    return <p class="markdown-plain">{text}</p>;
  }
  try {
    const tokens = lexer(text, { gfm: true, breaks: false });
    return blocks(tokens, 0, headingLevels(tokens, level));
  } catch {
    return <p class="markdown-plain">{text}</p>;
  }
}

/** The levels of headings in the page, where none leaves out a level as texts do. */
function headingLevels(tokens: readonly Token[], first: number): Map<Token, number> {
  const levels = new Map<Token, number>();
  const above: number[] = [];
  for (const token of tokens) {
    if (token.type === "heading") {
      const { depth } = token as Tokens.Heading;
      while ((above.at(-1) ?? 0) >= depth) {
        above.pop();
      }
      above.push(depth);
      levels.set(token, Math.min(6, first + above.length - 1));
    }
  }
  return levels;
}

function blocks(
  tokens: readonly Token[],
  depth: number,
  levels?: Map<Token, number>,
): ComponentChildren[] {
  return tokens.map((token, index) => (
    <Block key={index} token={token} depth={depth} level={levels?.get(token)} />
  ));
}

interface BlockProps {
  token: Token;
  depth: number;
  /** Of a heading; those in lists and quotes have none. */
  level: number | undefined;
}

function Block({ token, depth, level }: BlockProps): ComponentChildren {
  if (depth > DEEPEST) {
    return <p class="markdown-plain">{token.raw}</p>;
  }
  switch (token.type) {
    case "space":
    case "def":
      return null;
    case "heading":
      return h(
        level === undefined ? "p" : `h${level}`,
        { class: "markdown-heading" },
        inline(token.tokens ?? [], depth),
      );
    case "paragraph":
      return <p>{inline(token.tokens ?? [], depth)}</p>;
    case "text":
      return token.tokens ? <>{inline(token.tokens, depth)}</> : <>{token.text}</>;
    case "code":
      return <Code code={(token as Tokens.Code).text} label="Code" class="markdown-code" />;
    case "blockquote":
      return <blockquote>{blocks(token.tokens ?? [], depth + 1)}</blockquote>;
    case "list":
      return <List list={token as Tokens.List} depth={depth} />;
    case "table":
      return <MarkdownTable table={token as Tokens.Table} depth={depth} />;
    case "hr":
      return <hr />;
    case "checkbox":
      return <Task checked={(token as Tokens.Checkbox).checked} />;
    default:
      return <p class="markdown-plain">{token.raw.trim()}</p>;
  }
}

function List({ list, depth }: { list: Tokens.List; depth: number }) {
  const items = list.items.map((item, index) => (
    <li key={index} class={item.task ? "markdown-task" : undefined}>
      {blocks(item.tokens, depth + 1)}
    </li>
  ));
  return list.ordered ? <ol start={Number(list.start) || 1}>{items}</ol> : <ul>{items}</ul>;
}

function Task({ checked }: { checked: boolean }) {
  return (
    <input type="checkbox" checked={checked} disabled aria-label={checked ? "Done" : "To do"} />
  );
}

function MarkdownTable({ table, depth }: { table: Tokens.Table; depth: number }) {
  const cells = (row: Tokens.TableCell[], tag: "th" | "td") =>
    row.map((cell, index) =>
      h(
        tag,
        { key: index, style: cell.align ? { textAlign: cell.align } : undefined },
        inline(cell.tokens, depth),
      ),
    );
  return (
    <div class="markdown-table">
      <table>
        <thead>
          <tr>{cells(table.header, "th")}</tr>
        </thead>
        <tbody>
          {table.rows.map((row, index) => (
            <tr key={index}>{cells(row, "td")}</tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function inline(tokens: readonly Token[], depth: number): ComponentChildren[] {
  return tokens.map((token, index) => <Inline key={index} token={token} depth={depth + 1} />);
}

function Inline({ token, depth }: { token: Tokens.Generic; depth: number }): ComponentChildren {
  if (depth > DEEPEST) {
    return token.raw;
  }
  const inside = () => (token.tokens ? inline(token.tokens, depth) : (token.text as string));
  switch (token.type) {
    case "text":
      return token.tokens ? inside() : unescaped(token.text);
    case "escape":
      return token.text;
    case "strong":
      return <strong>{inside()}</strong>;
    case "em":
      return <em>{inside()}</em>;
    case "del":
      return <del>{inside()}</del>;
    case "codespan":
      return <code>{token.text}</code>;
    case "br":
      return <br />;
    case "checkbox":
      return <Task checked={(token as Tokens.Checkbox).checked} />;
    case "link":
      return <Link address={(token as Tokens.Link).href}>{inside()}</Link>;
    case "image": {
      const image = token as Tokens.Image;
      return <Link address={image.href}>{image.text === "" ? image.href : image.text}</Link>;
    }
    default:
      return token.raw;
  }
}

/** Marked's lexer leaves named characters as they are written; browsers would read some of them. */
function unescaped(text: string): string {
  const names: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => names[name] as string);
}

function Link({ address, children }: { address: string; children: ComponentChildren }) {
  const safe = safeLink(address);
  if (safe === null) {
    return (
      <span class="markdown-no-link" title={`Not a link to the web: ${address.slice(0, 200)}`}>
        {children}
      </span>
    );
  }
  return (
    <a href={safe} target="_blank" rel="noopener noreferrer">
      {children}
    </a>
  );
}
