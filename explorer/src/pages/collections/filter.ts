import type { Json } from "../../api/types.ts";
import { jsonProblem } from "../../components/JsonEditor/json-problem.ts";

export const FILTER_EXAMPLE = '{"year": {"gte": 2020}, "$labels": {"contains": "new"}}';

export type ParsedFilter = { filter: Json } | { problem: string };

/** What stands in the field: nothing is no filter. Whether conditions make sense, the server says. */
export function parseFilter(text: string): ParsedFilter {
  if (text.trim() === "") {
    return { filter: null };
  }
  const problem = jsonProblem(text);
  if (problem !== null) {
    const before = text.slice(0, problem.from).split("\n");
    const column = (before.at(-1)?.length ?? 0) + 1;
    return { problem: `Line ${before.length}, column ${column}: ${problem.message}` };
  }
  const filter = JSON.parse(text) as Json;
  if (filter === null || typeof filter !== "object" || Array.isArray(filter)) {
    return { problem: `A filter is an object, such as ${FILTER_EXAMPLE}` };
  }
  return { filter };
}
