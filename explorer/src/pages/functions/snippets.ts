import type { Json } from "../../api/types.ts";
import { shellWord } from "../../components/shell-word.ts";
import type { Operation } from "./operation.ts";

export type Language = "graphql" | "curl" | "python" | "typescript";

/** What a copied call needs to know besides its operation. */
export interface Target {
  url: string;
  /** Whether the endpoint wants a bearer token; it is read from `ATOLL_TOKEN`, and never written out. */
  auth: boolean;
  /** Whether the answer is a stream of events. */
  streams: boolean;
}

/** The same call in another language, to be copied. */
export function snippet(language: Language, operation: Operation, target: Target): string {
  switch (language) {
    case "graphql":
      return graphql(operation);
    case "curl":
      return curl(operation, target);
    case "python":
      return python(operation, target);
    case "typescript":
      return typescript(operation, target);
  }
}

function graphql({ query, variables }: Operation): string {
  if (Object.keys(variables).length === 0) {
    return query;
  }
  const lines = JSON.stringify(variables, null, 2).split("\n");
  return `${query}\n\n# Variables:\n${lines.map((line) => `# ${line}`).join("\n")}`;
}

function curl({ query, variables }: Operation, target: Target): string {
  const body = JSON.stringify({ query: oneLine(query), ...given(variables) });
  const lines = [
    `curl ${target.streams ? "-N " : ""}${shellWord(target.url)}`,
    ...(target.streams ? ["-H 'accept: text/event-stream'"] : []),
    ...(target.auth ? ['-H "authorization: Bearer $ATOLL_TOKEN"'] : []),
    "-H 'content-type: application/json'",
    `--data-raw ${shellWord(body)}`,
  ];
  return lines.join(" \\\n  ");
}

function python({ query, variables }: Operation, target: Target): string {
  const headers = [
    '"Content-Type": "application/json"',
    ...(target.streams ? ['"Accept": "text/event-stream"'] : []),
    ...(target.auth ? ['"Authorization": f"Bearer {os.environ[\'ATOLL_TOKEN\']}"'] : []),
  ];
  const read = target.streams
    ? [
        "    for line in response:",
        '        if line.startswith(b"data: {"):',
        "            print(json.loads(line[6:]))",
      ]
    : ["    print(json.load(response))"];
  return [
    "import json",
    ...(target.auth ? ["import os"] : []),
    "from urllib.request import Request, urlopen",
    "",
    'query = """',
    query,
    '"""',
    `variables = ${pythonLiteral(variables, "")}`,
    "",
    "request = Request(",
    `    ${JSON.stringify(target.url)},`,
    '    json.dumps({"query": query, "variables": variables}).encode(),',
    `    {${headers.join(", ")}},`,
    ")",
    "with urlopen(request) as response:",
    ...read,
    "",
  ].join("\n");
}

function typescript({ query, variables }: Operation, target: Target): string {
  const headers = [
    '    "content-type": "application/json",',
    ...(target.streams ? ['    accept: "text/event-stream",'] : []),
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it stands in the snippet
    ...(target.auth ? ["    authorization: `Bearer ${process.env.ATOLL_TOKEN}`,"] : []),
  ];
  const read = target.streams
    ? [
        'let text = "";',
        "for await (const part of response.body!.pipeThrough(new TextDecoderStream())) {",
        '  const lines = (text + part).split("\\n");',
        "  text = lines.pop()!;",
        '  for (const line of lines.filter((each) => each.startsWith("data: {"))) {',
        "    console.log(JSON.parse(line.slice(6)));",
        "  }",
        "}",
      ]
    : ["const { data, errors } = await response.json();", "console.log(data, errors);"];
  return [
    "const query = `",
    query,
    "`;",
    `const variables = ${scriptLiteral(variables, "")};`,
    "",
    `const response = await fetch(${JSON.stringify(target.url)}, {`,
    '  method: "POST",',
    "  headers: {",
    ...headers,
    "  },",
    "  body: JSON.stringify({ query, variables }),",
    "});",
    ...read,
    "",
  ].join("\n");
}

/** Writes a JSON value as Python does. Every escape of JSON's strings means the same there. */
export function pythonLiteral(value: Json, indent: string): string {
  if (value === null || typeof value === "boolean") {
    return value === null ? "None" : value ? "True" : "False";
  }
  return literal(value, indent, pythonLiteral, pythonString);
}

/** Writes a JSON value as TypeScript does. */
export function scriptLiteral(value: Json, indent: string): string {
  // As a plain name it would set the object's prototype.
  const key = (name: string) => (name === "__proto__" ? '["__proto__"]' : scriptKey(name));
  return literal(value, indent, scriptLiteral, JSON.stringify, key);
}

function literal(
  value: Json,
  indent: string,
  write: (value: Json, indent: string) => string,
  text: (value: string) => string,
  key: (name: string) => string = text,
): string {
  if (typeof value === "string") {
    return text(value);
  }
  if (typeof value !== "object" || value === null) {
    return JSON.stringify(value);
  }
  const inner = `${indent}    `;
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  const items = Array.isArray(value)
    ? value.map((item) => write(item, inner))
    : Object.entries(value).map(([name, item]) => `${key(name)}: ${write(item, inner)}`);
  const line = `${open}${items.join(", ")}${close}`;
  if (line.length <= 60 && !line.includes("\n")) {
    return line;
  }
  return `${open}\n${items.map((item) => `${inner}${item},`).join("\n")}\n${indent}${close}`;
}

function pythonString(value: string): string {
  return JSON.stringify(value);
}

function scriptKey(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

function given(variables: Operation["variables"]): { variables?: Operation["variables"] } {
  return Object.keys(variables).length > 0 ? { variables } : {};
}

/** The documents of this page hold nothing in which white space has a meaning. */
function oneLine(query: string): string {
  return query.replace(/\s+/g, " ");
}
