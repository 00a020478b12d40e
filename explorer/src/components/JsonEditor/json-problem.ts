/** What keeps a text from being JSON, and where: offsets of UTF-16 units, as editors count. */
export interface JsonProblem {
  from: number;
  to: number;
  message: string;
}

type Expected = "value" | "valueOrEnd" | "key" | "keyOrEnd" | "colon" | "commaOrEnd" | "nothing";

const TOKEN =
  /[ \t\n\r]*(?:([{}[\]:,])|("(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-]))/y;
const SPACE = /[ \t\n\r]*/y;
const WORD = /[\w.+-]+|"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?|[\s\S]/uy;

/**
 * The first problem of a text that should be JSON; null if it is JSON.
 *
 * `JSON.parse` says the same, but in each browser's own words, and not always where.
 */
export function jsonProblem(text: string): JsonProblem | null {
  const open: string[] = [];
  let expected: Expected = "value";
  let at = 0;
  let last = "";
  for (;;) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null) {
      return expected === "nothing" && isBlank(text, at)
        ? null
        : problemAt(text, at, open, expected, last);
    }
    const [, sign, string] = match;
    const kind = sign ?? (string === undefined ? "scalar" : "string");
    const next = step(kind, expected, open);
    if (next === null) {
      return problemAt(text, at, open, expected, last);
    }
    expected = next;
    last = kind;
    at = TOKEN.lastIndex;
  }
}

/** What is expected after a token; null if the token is not expected. */
function step(kind: string, expected: Expected, open: string[]): Expected | null {
  const value = expected === "value" || expected === "valueOrEnd";
  const key = expected === "key" || expected === "keyOrEnd";
  if (kind === "{" && value) {
    open.push("}");
    return "keyOrEnd";
  }
  if (kind === "[" && value) {
    open.push("]");
    return "valueOrEnd";
  }
  if (kind === "}" || kind === "]") {
    const empty = kind === "}" ? "keyOrEnd" : "valueOrEnd";
    if (open.at(-1) !== kind || (expected !== "commaOrEnd" && expected !== empty)) {
      return null;
    }
    open.pop();
    return open.length > 0 ? "commaOrEnd" : "nothing";
  }
  if (kind === ",") {
    if (expected !== "commaOrEnd") {
      return null;
    }
    return open.at(-1) === "}" ? "key" : "value";
  }
  if (kind === ":") {
    return expected === "colon" ? "value" : null;
  }
  if (kind === "string" && key) {
    return "colon";
  }
  if (value) {
    return open.length > 0 ? "commaOrEnd" : "nothing";
  }
  return null;
}

function problemAt(
  text: string,
  after: number,
  open: string[],
  expected: Expected,
  last: string,
): JsonProblem {
  SPACE.lastIndex = after;
  SPACE.exec(text);
  const from = SPACE.lastIndex;
  if (from >= text.length) {
    return { from, to: from, message: endMessage(open, expected) };
  }
  WORD.lastIndex = from;
  const word = WORD.exec(text)?.[0] ?? "";
  const to = from + word.length;
  const ending = word === "}" || word === "]";
  if (ending && last === "," && open.at(-1) === word) {
    const comma = text.lastIndexOf(",", from);
    return { from: comma, to: comma + 1, message: `JSON allows no comma before ${word}.` };
  }
  return { from, to, message: wordMessage(word, open, expected) };
}

function endMessage(open: string[], expected: Expected): string {
  if (open.length === 0) {
    return "A value is missing.";
  }
  const end = open.at(-1);
  switch (expected) {
    case "colon":
      return 'A ":" and a value are missing.';
    case "value":
      return "A value is missing.";
    case "key":
      return 'A name in "double quotes" is missing.';
    default:
      return `A ${end} is missing at the end.`;
  }
}

function wordMessage(word: string, open: string[], expected: Expected): string {
  if (word.startsWith('"')) {
    if (word.length === 1 || !word.endsWith('"')) {
      return 'This text is not closed: a " is missing.';
    }
    if (expected === "commaOrEnd") {
      return "A comma is missing before this.";
    }
    if (expected === "colon") {
      return 'A ":" is missing before this.';
    }
    if (expected !== "nothing") {
      return "This text has an escape or a character that JSON does not know.";
    }
  }
  if (word.startsWith("'")) {
    return 'Texts are in "double quotes" in JSON.';
  }
  if (word === "/" || word === "#") {
    return "JSON has no comments.";
  }
  switch (expected) {
    case "nothing":
      return "There is something after the end of the value.";
    case "key":
    case "keyOrEnd":
      return /^\w/.test(word)
        ? 'Names are in "double quotes" in JSON.'
        : 'A name in "double quotes" is expected here.';
    case "colon":
      return 'A ":" is expected after the name.';
    case "commaOrEnd":
      return `A comma or ${open.at(-1)} is expected here.`;
    default:
      return /^[\d+.-]/.test(word)
        ? "This is not a number of JSON."
        : 'A value is expected here: text in "double quotes", a number, true, false, null, [ or {.';
  }
}

function isBlank(text: string, from: number): boolean {
  SPACE.lastIndex = from;
  SPACE.exec(text);
  return SPACE.lastIndex === text.length;
}
