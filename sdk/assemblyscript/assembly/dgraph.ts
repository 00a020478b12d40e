/* Dgraph databases. */

import { JSON } from "json-as";

import { jsonOf } from "./jsontext";
import { resultIsInvalid } from "./utils";

// @ts-ignore: decorator
@external("modus_dgraph_client", "executeQuery")
declare function hostExecuteQuery(connection: string, request: Request): Response;

// @ts-ignore: decorator
@external("modus_dgraph_client", "alterSchema")
declare function hostAlterSchema(connection: string, schema: string): string;

// @ts-ignore: decorator
@external("modus_dgraph_client", "dropAttribute")
declare function hostDropAttribute(connection: string, attr: string): string;

// @ts-ignore: decorator
@external("modus_dgraph_client", "dropAllData")
declare function hostDropAllData(connection: string): string;

/**
 * Runs a query and mutations as one request.
 *
 * @deprecated use `executeQuery` or `executeMutations`
 */
export function execute(connection: string, request: Request): Response {
  const response = hostExecuteQuery(connection, request);
  if (resultIsInvalid(response)) throw new Error("Error executing DQL.");
  return response;
}

/** Runs a query; with mutations, in one transaction with them. */
export function executeQuery(connection: string, query: Query, ...mutations: Mutation[]): Response {
  return execute(connection, new Request(query, mutations));
}

/** Runs mutations in one transaction. */
export function executeMutations(connection: string, ...mutations: Mutation[]): Response {
  return execute(connection, new Request(null, mutations));
}

/** Adds to the schema of the database, or changes it. */
export function alterSchema(connection: string, schema: string): string {
  return checked(hostAlterSchema(connection, schema));
}

/** Removes an attribute with all its data. */
export function dropAttr(connection: string, attr: string): string {
  return checked(hostDropAttribute(connection, attr));
}

/** Removes all data and the schema. */
export function dropAll(connection: string): string {
  return checked(hostDropAllData(connection));
}

/** Makes a text fit for the quotes of an RDF literal. */
export function escapeRDF(value: string): string {
  let out = "";
  let done = 0;
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    let escaped: string;
    if (code == 0x5c) escaped = "\\\\";
    else if (code == 0x22) escaped = '\\"';
    else if (code == 0x0a) escaped = "\\n";
    else if (code == 0x0d) escaped = "\\r";
    else if (code == 0x09) escaped = "\\t";
    else if (code < 0x20 || (code >= 0x7f && code <= 0x9f)) escaped = "\\u" + hex(code);
    else continue;
    out += value.substring(done, i) + escaped;
    done = i + 1;
  }
  return done == 0 ? value : out + value.substring(done);
}

function hex(code: i32): string {
  return code.toString(16).toUpperCase().padStart(4, "0");
}

function checked(result: string): string {
  if (resultIsInvalid(result) || result.length == 0) throw new Error("Error invoking DQL.");
  return result;
}

/** The values of a query's variables, as the database takes them: as text. */
export class Variables {
  private data: Map<string, string> = new Map<string, string>();

  /** `name` has its `$`. The value is a string, a number, a boolean or an array of f32. */
  set<T>(name: string, value: T): void {
    this.data.set(name, variableOf<T>(name, value));
  }

  toMap(): Map<string, string> {
    return this.data;
  }
}

function variableOf<T>(name: string, value: T): string {
  if (isString<T>()) {
    if (changetype<usize>(value) != 0) return changetype<string>(value);
    throw new Error("The value of variable " + name + " is null.");
  } else if (isBoolean<T>() || isInteger<T>() || isFloat<T>()) {
    return jsonOf<T>(value);
  } else if (value instanceof Array<f32>) {
    return JSON.stringify<f32[]>(changetype<f32[]>(value));
  } else {
    throw new Error("A variable cannot be of type " + nameof<T>() + ": " + name + ".");
  }
}

/** A query of DQL, and the values of its variables. */
@json
export class Query {
  query: string = "";
  variables: Map<string, string> = new Map<string, string>();

  constructor(query: string = "", variables: Variables = new Variables()) {
    this.query = query;
    this.variables = variables.toMap();
  }

  /** `name` has its `$`. The value is a string, a number, a boolean or an array of f32. */
  withVariable<T>(name: string, value: T): this {
    this.variables.set(name, variableOf<T>(name, value));
    return this;
  }
}

/** A change of data, as JSON or as RDF triples. */
@json
export class Mutation {
  setJson: string = "";
  delJson: string = "";
  setNquads: string = "";
  delNquads: string = "";
  /** `@if(…)` on variables of the query, or empty. */
  condition: string = "";

  constructor(
    setJson: string = "",
    delJson: string = "",
    setNquads: string = "",
    delNquads: string = "",
    condition: string = "",
  ) {
    this.setJson = setJson;
    this.delJson = delJson;
    this.setNquads = setNquads;
    this.delNquads = delNquads;
    this.condition = condition;
  }

  withSetJson(json: string): Mutation {
    this.setJson = json;
    return this;
  }

  withDelJson(json: string): Mutation {
    this.delJson = json;
    return this;
  }

  withSetNquads(nquads: string): Mutation {
    this.setNquads = nquads;
    return this;
  }

  withDelNquads(nquads: string): Mutation {
    this.delNquads = nquads;
    return this;
  }

  withCondition(cond: string): Mutation {
    this.condition = cond;
    return this;
  }
}

/** A query and mutations that belong together. */
@json
export class Request {
  query: Query = new Query();
  mutations: Mutation[] = [];

  constructor(Query: Query | null = null, Mutations: Mutation[] | null = null) {
    if (Query !== null) this.query = Query;
    if (Mutations !== null) this.mutations = Mutations;
  }
}

/** What a request gave. */
@json
export class Response {
  /** The result of the query, as JSON. */
  Json: string = "";
  /** The ids that the database gave to blank nodes, by their names. */
  Uids: Map<string, string> | null = null;
}
