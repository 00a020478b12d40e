import { writeExactly } from "../../api/exact-json.ts";
import { shellWord } from "../../components/shell-word.ts";

/** What a command sends. */
export interface CurlRequest {
  url: string;
  query: string;
  variables: unknown;
  operationName: string | null;
  headers: Record<string, string>;
  /** Whether the answer is a stream of events. */
  stream: boolean;
}

/** The request as a command of curl, for a POSIX shell. */
export function curlCommand(of: CurlRequest): string {
  const body: Record<string, unknown> = { query: of.query };
  const some = Object.keys((of.variables as object | null) ?? {}).length > 0;
  if (some) {
    body.variables = of.variables;
  }
  if (of.operationName !== null) {
    body.operationName = of.operationName;
  }
  const headers = Object.entries({
    "content-type": "application/json",
    ...(of.stream ? { accept: "text/event-stream" } : {}),
    ...of.headers,
  });
  const lines = [
    `curl${of.stream ? " -N" : ""} ${shellWord(of.url)}`,
    ...headers.map(
      ([name, value]) => `-H ${shellWord(value === "" ? `${name};` : `${name}: ${value}`)}`,
    ),
    `--data-binary ${shellWord(writeExactly(body))}`,
  ];
  return lines.join(" \\\n  ");
}
