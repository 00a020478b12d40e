/* GraphQL services, over the connections of the app's manifest. */

import { JSON } from "json-as";

import { jsonOf, membersOf, readable } from "./jsontext";
import { resultIsInvalid } from "./utils";

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
  const members = membersOf(text);
  const response = new Response<TData>();
  if (members.has("data") && members.get("data") != "null") {
    response.data = JSON.parse<TData>(readable(members.get("data")));
  }
  if (members.has("errors") && members.get("errors") != "null") {
    const errors = members.get("errors");
    response.errors = JSON.parse<ErrorResult[]>(readable(errors));
    console.error("GraphQL API Errors: " + errors);
  }
  return response;
}

/** The values of an operation's variables. */
export class Variables {
  private data: Map<string, JSON.Raw> = new Map<string, JSON.Raw>();

  set<T>(name: string, value: T): void {
    this.data.set(name, JSON.Raw.from(jsonOf<T>(value)));
  }

  toJSON(): string {
    return JSON.stringify(this.data);
  }
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
  path: string[] | null = null;
}

/** A place in the operation's text. */
@json
class CodeLocation {
  line: u32 = 0;
  column: u32 = 0;
}
