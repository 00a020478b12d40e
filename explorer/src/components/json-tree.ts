import { digitsOf, writeExactly } from "../api/exact-json.ts";

/** A JSON value as rows of a tree, of which only those in open branches exist. */

/** A branch of more is divided into ranges of so many, and those into ranges again. */
export const RANGE = 100;
/** So much of a string shows at first. */
export const STRING_START = 400;
/** So much more of it shows at each click, since a browser takes long for megabytes of text. */
export const STRING_MORE = 50_000;

export interface JsonRow {
  /** Where it is: unlike for any two rows. */
  path: string;
  depth: number;
  /** Its name in its object, or its index; null for the root and for ranges. */
  name: string | number | null;
  value: unknown;
  kind: "object" | "array" | "range" | "leaf";
  /** How many children it has. */
  size: number;
  /** Of the children of its value that it shows: all, but for ranges. */
  from: number;
  to: number;
  open: boolean;
}

type Branch = Pick<JsonRow, "path" | "depth" | "value" | "from" | "to">;

function keysOf(value: object): string[] | null {
  return Array.isArray(value) ? null : Object.keys(value);
}

function isBranch(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

export function sizeOf(value: unknown): number {
  if (!isBranch(value)) {
    return 0;
  }
  return Array.isArray(value) ? value.length : Object.keys(value).length;
}

function rowOf(
  value: unknown,
  name: string | number | null,
  path: string,
  depth: number,
  open: (path: string) => boolean,
): JsonRow {
  const size = sizeOf(value);
  const kind = !isBranch(value) ? "leaf" : Array.isArray(value) ? "array" : "object";
  const isOpen = kind !== "leaf" && size > 0 && open(path);
  return { path, depth, name, value, kind, size, from: 0, to: size, open: isOpen };
}

export function rootRow(value: unknown, open: (path: string) => boolean): JsonRow {
  return rowOf(value, null, "", 0, open);
}

/** How long the ranges are that `count` children are divided into: 1 for not at all. */
export function stepFor(count: number): number {
  let step = 1;
  while (count / step > RANGE) {
    step *= RANGE;
  }
  return step;
}

function childPath(parent: string, name: string | number): string {
  const escaped = String(name).replaceAll("~", "~0").replaceAll("/", "~1").replaceAll("#", "~2");
  return `${parent}/${escaped}`;
}

/** Ranges do not show in the paths of what is in them. */
function pathOfValue(path: string): string {
  const at = path.indexOf("#");
  return at === -1 ? path : path.slice(0, at);
}

function rangePath(parent: string, from: number, to: number): string {
  return `${pathOfValue(parent)}#${from}-${to}`;
}

/** The children of a branch or a range of it. */
export function childrenOf(parent: Branch, open: (path: string) => boolean): JsonRow[] {
  const { value, from, to } = parent;
  if (!isBranch(value)) {
    return [];
  }
  const step = stepFor(to - from);
  const depth = parent.depth + 1;
  const rows: JsonRow[] = [];
  if (step > 1) {
    for (let start = from; start < to; start += step) {
      const end = Math.min(to, start + step);
      const path = rangePath(parent.path, start, end);
      rows.push({
        path,
        depth,
        name: null,
        value,
        kind: "range",
        size: end - start,
        from: start,
        to: end,
        open: open(path),
      });
    }
    return rows;
  }
  const keys = keysOf(value);
  const base = pathOfValue(parent.path);
  for (let index = from; index < to; index += 1) {
    const name = keys === null ? index : (keys[index] as string);
    const child = (value as Record<string | number, unknown>)[name];
    rows.push(rowOf(child, name, childPath(base, name), depth, open));
  }
  return rows;
}

/** All rows that show, from the top; at most `most`. */
export function visibleRows(
  value: unknown,
  open: (path: string) => boolean,
  most = 20_000,
): JsonRow[] {
  const rows: JsonRow[] = [];
  const waiting: JsonRow[] = [rootRow(value, open)];
  while (waiting.length > 0 && rows.length < most) {
    const row = waiting.pop() as JsonRow;
    rows.push(row);
    if (row.open) {
      const children = childrenOf(row, open);
      for (let index = children.length - 1; index >= 0; index -= 1) {
        waiting.push(children[index] as JsonRow);
      }
    }
  }
  return rows;
}

/**
 * The branches to open at first: level by level down to `depth`, as long as no more than `most` rows
 * show.
 */
export function openedAtFirst(value: unknown, depth: number, most = 60): Set<string> {
  const opened = new Set<string>();
  let level: JsonRow[] = [rootRow(value, () => false)];
  let rows = 1;
  for (let at = 0; at < depth && level.length > 0; at += 1) {
    const next: JsonRow[] = [];
    for (const row of level) {
      const count = Math.ceil(row.size / stepFor(row.size));
      if (row.kind === "leaf" || row.size === 0 || (at > 0 && rows + count > most)) {
        continue;
      }
      opened.add(row.path);
      rows += count;
      next.push(...childrenOf(row, () => false));
    }
    level = next;
  }
  return opened;
}

/** The branches above the value at `path`, and the ranges in between. */
export function pathsTo(value: unknown, names: readonly (string | number)[]): string[] {
  const paths: string[] = [];
  let current = value;
  let path = "";
  for (const name of names) {
    paths.push(path);
    if (!isBranch(current)) {
      break;
    }
    const index = Array.isArray(current)
      ? Number(name)
      : Object.keys(current).indexOf(String(name));
    let [from, to] = [0, sizeOf(current)];
    for (let step = stepFor(to - from); step > 1; step = stepFor(to - from)) {
      from += Math.floor((index - from) / step) * step;
      to = Math.min(to, from + step);
      paths.push(rangePath(path, from, to));
    }
    path = childPath(path, name);
    current = (current as Record<string | number, unknown>)[name];
  }
  return paths;
}

export interface Found {
  /** Of the row. */
  path: string;
  names: (string | number)[];
}

/** Where `text` is in names, strings and other leaves, in order; at most `most` places. */
export function search(value: unknown, text: string, most = 500): Found[] {
  const wanted = text.toLowerCase();
  if (wanted === "") {
    return [];
  }
  const found: Found[] = [];
  type Step = { value: unknown; name: string | number | null; above: Step | null };
  const waiting: Step[] = [{ value, name: null, above: null }];
  while (waiting.length > 0 && found.length < most) {
    const step = waiting.pop() as Step;
    if (matches(step.value, step.name, wanted)) {
      const names: (string | number)[] = [];
      for (let at: Step | null = step; at !== null && at.name !== null; at = at.above) {
        names.unshift(at.name);
      }
      found.push({ path: names.reduce<string>((path, name) => childPath(path, name), ""), names });
    }
    if (isBranch(step.value)) {
      const keys = keysOf(step.value) ?? Array.from((step.value as unknown[]).keys());
      for (let index = keys.length - 1; index >= 0; index -= 1) {
        const name = keys[index] as string | number;
        const child = (step.value as Record<string | number, unknown>)[name];
        waiting.push({ value: child, name, above: step });
      }
    }
  }
  return found;
}

function matches(value: unknown, name: string | number | null, wanted: string): boolean {
  if (typeof name === "string" && name.toLowerCase().includes(wanted)) {
    return true;
  }
  return !isBranch(value) && (digitsOf(value) ?? String(value)).toLowerCase().includes(wanted);
}

/** What shows of a string of which `shown` characters were asked for; never half of a character. */
export function startOf(text: string, shown: number): string {
  if (text.length <= shown) {
    return text;
  }
  const code = text.charCodeAt(shown - 1);
  return text.slice(0, code >= 0xd800 && code <= 0xdbff ? shown - 1 : shown);
}

/** A closed branch in a few words: `{ id, name, … }`, `[3]`. */
export function preview(value: unknown): string {
  if (Array.isArray(value)) {
    return value.length === 0 ? "[]" : `[ ${value.length.toLocaleString("en-US")} ]`;
  }
  const keys = Object.keys(value as object);
  if (keys.length === 0) {
    return "{}";
  }
  const shown = keys.slice(0, 4).map((key) => (key.length > 20 ? `${startOf(key, 20)}…` : key));
  return `{ ${shown.join(", ")}${keys.length > shown.length ? ", …" : ""} }`;
}

/** The value as JSON text; of a value too deep for that, the reason. */
export function asJson(value: unknown): string {
  try {
    return value === undefined ? "undefined" : writeExactly(value, 2);
  } catch (error) {
    return error instanceof RangeError ? "(too deep to be written as text)" : String(error);
  }
}
