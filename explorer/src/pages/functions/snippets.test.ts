import { beforeAll, describe, expect, test } from "vitest";
import type { Json } from "../../api/types.ts";
import { snippet, type Target } from "./snippets.ts";

type Run = (file: string, args: string[], options: object) => string;
let run: Run;

beforeAll(async () => {
  // By a name that the compiler does not see: the page has no types of Node.
  const module = "node:child_process";
  const processes = await import(/* @vite-ignore */ module);
  run = (file, args, options) =>
    processes.execFileSync(file, args, { encoding: "utf8", timeout: 20_000, ...options });
});

const TARGET: Target = { url: "http://localhost:8686/graphql", auth: false, streams: false };
const QUERY = "query Echo($value: JSON) {\n  echo(value: $value)\n}";

const NASTY: Json[] = [
  "it's",
  "'; rm -rf / #",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a shell reads it
  "$(touch x) `touch y` $HOME ${HOME} !!",
  'a "quoted" \\ back\\slash \\n',
  "line\nbreak\r\ttab\u0000\u0007\u001b[31m",
  "\u2028\u2029\u0085\ufeff",
  "日本 \u{1f600} é",
  "\ud800 alone",
  "\"\"\" ''' ``` %s {0} {{x}}",
  "@file",
  "</script><!--",
  "",
  { "": 1, __proto__x: [], "it's": { "a b": null, "0": true, class: false, 日: -0.5 } },
  JSON.parse('{"__proto__": {"a": 1}}'),
  [[], {}, [[1e21, 1e-7, 123456789012345]], null, true],
  "long ".repeat(400),
];

const ALL: Json = NASTY;

function operation(value: Json) {
  return { name: "Echo", query: QUERY, variables: { value } };
}

/** What a shell makes of a command: its words. */
function words(command: string): string[] {
  const script = `curl() { for word; do printf '%s\\n--\\n' "$word"; done; }\n${command}\n`;
  return run("sh", ["-c", script], { env: { ATOLL_TOKEN: "secret" } })
    .split("\n--\n")
    .slice(0, -1);
}

describe("curl", () => {
  test.each(NASTY.map((value) => [value]))("sends exactly %j", (value) => {
    const found = words(snippet("curl", operation(value), TARGET));
    const body = JSON.parse(found.at(-1) as string);
    expect(body.variables).toEqual({ value });
    expect(body.query).toBe(QUERY.replace(/\s+/g, " "));
  });

  test("takes the token from the environment, and wants events of a stream", () => {
    const command = snippet("curl", operation(1), { ...TARGET, auth: true, streams: true });
    expect(words(command)).toEqual(
      expect.arrayContaining(["-N", "accept: text/event-stream", "authorization: Bearer secret"]),
    );
  });

  test("quotes an address that the shell would read otherwise", () => {
    const url = "http://localhost:8686/it's?a&b";
    expect(words(snippet("curl", operation(1), { ...TARGET, url }))[0]).toBe(url);
  });
});

describe("Python", () => {
  test("sends exactly what it should, whatever is in it", () => {
    const fake = [
      "import json, sys, urllib.request",
      "class Answer:",
      "    def __enter__(self): return self",
      "    def __exit__(self, *_): pass",
      '    def read(self): return b"{}"',
      "def urlopen(request):",
      '    print("BODY" + request.data.decode() + json.dumps(dict(request.header_items())), file=sys.stderr)',
      '    print("BODY" + json.dumps([request.full_url, json.loads(request.data), dict(request.header_items())]))',
      "    return Answer()",
      "urllib.request.urlopen = urlopen",
      'exec(compile(sys.stdin.buffer.read().decode("utf-8"), "snippet", "exec"), {})',
    ].join("\n");
    const text = snippet("python", operation(ALL), { ...TARGET, auth: true });
    const printed = run("python3", ["-c", fake], {
      input: text,
      env: { ATOLL_TOKEN: "secret" },
      stdio: ["pipe", "pipe", "ignore"],
    });
    const [url, body, headers] = JSON.parse((printed.split("\n")[0] as string).slice(4));
    expect(url).toBe(TARGET.url);
    expect(body.variables).toEqual({ value: ALL });
    expect(body.query.trim()).toBe(QUERY);
    expect(headers).toMatchObject({ Authorization: "Bearer secret" });
  });
});

describe("TypeScript", () => {
  test.each([true, false])(
    "sends exactly what it should, whatever is in it (stream: %s)",
    async (streams) => {
      const text = snippet("typescript", operation(ALL), { ...TARGET, streams })
        .replace("body!", "body")
        .replace("pop()!", "pop()");
      const sent: { url: string; body: string }[] = [];
      const printed: unknown[] = [];
      const scope = {
        fetch: async (url: string, options: { body: string }) => {
          sent.push({ url, body: options.body });
          return streams
            ? new Response('event: next\ndata: {"data":{"echo":1}}\n\nevent: complete\ndata: \n\n')
            : new Response('{"data":{"echo":1}}');
        },
        console: { log: (...values: unknown[]) => printed.push(values[0]) },
      };
      const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor;
      await new AsyncFunction(...Object.keys(scope), text)(...Object.values(scope));
      const body = JSON.parse(sent[0]?.body as string);
      expect(sent[0]?.url).toBe(TARGET.url);
      expect(body.variables).toEqual({ value: ALL });
      expect(JSON.stringify(body.variables)).toBe(JSON.stringify({ value: ALL }));
      expect(body.query.trim()).toBe(QUERY);
      expect(printed).toEqual(streams ? [{ data: { echo: 1 } }] : [{ echo: 1 }]);
    },
  );
});

test("no snippet writes a token out", () => {
  for (const language of ["graphql", "curl", "python", "typescript"] as const) {
    const text = snippet(language, operation(1), { ...TARGET, auth: true });
    expect(text).not.toContain("secret");
    expect(text.includes("ATOLL_TOKEN")).toBe(language !== "graphql");
  }
});
