/* GraphQL services, over the connections of the app's manifest. */

import { JSON } from "json-as";

import { resultIsInvalid } from "./utils";
import { Variables } from "./variables";

export { Variables } from "./variables";

// @ts-ignore: decorator
@external("modus_graphql_client", "executeQuery")
declare function hostExecuteQuery(connection: string, statement: string, variables: string): string;

/**
 * Sends a GraphQL operation, and reads its data into a class with `@json`.
 *
 * Errors that the service tells are logged and given back; a service that does not answer throws.
 */
export function execute<TData>(
  connection: string,
  statement: string,
  variables: Variables = new Variables(),
): Response<TData> {
  const text = hostExecuteQuery(connection, statement, variables.toJSON());
  if (resultIsInvalid(text) || text.length == 0) throw new Error("Error invoking GraphQL API.");
  const response = JSON.parse<Response<TData>>(text);
  const errors = response.errors;
  if (errors !== null && errors.length > 0) {
    const members = JSON.parse<Map<string, JSON.Raw>>(text);
    console.error("GraphQL API Errors: " + members.get("errors").data);
  }
  return response;
}

/** What a service answers. */
@json
export class Response<T> {
  errors: ErrorResult[] | null = null;
  data: T | null = null;
}

/** What a service says went wrong. */
@json
class ErrorResult {
  message: string = "";
  locations: CodeLocation[] | null = null;
  /** The names of fields, and the places in lists, that lead to the value that failed. */
  path: string[] | null = null;

  // json-as calls this, and does not write its own, which would refuse the numbers of a path.
  __DESERIALIZE<T>(srcStart: usize, srcEnd: usize, out: T): T {
    const base = changetype<usize>(out);
    const entries = JSON.__entries(srcStart, srcEnd);
    while (entries.next()) {
      const start = entries.valueStart;
      const end = entries.valueEnd;
      if (entries.is("message")) {
        JSON.__field<string>(base, offsetof<ErrorResult>("message"), start, end);
      } else if (entries.is("locations")) {
        JSON.__field<CodeLocation[] | null>(base, offsetof<ErrorResult>("locations"), start, end);
      } else if (entries.is("path")) {
        changetype<ErrorResult>(out).path = pathOf(JSON.__deserialize<JSON.Raw>(start, end));
      }
    }
    return out;
  }
}

function pathOf(json: JSON.Raw): string[] | null {
  if (!json.data.startsWith("[")) return null;
  const steps = JSON.parse<JSON.Raw[]>(json.data);
  const path: string[] = [];
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i].data;
    path.push(step.startsWith('"') ? JSON.parse<string>(step) : step);
  }
  return path;
}

/** A place in the operation's text. */
@json
class CodeLocation {
  line: u32 = 0;
  column: u32 = 0;
}
