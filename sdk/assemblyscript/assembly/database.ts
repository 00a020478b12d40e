/* SQL databases: what PostgreSQL and MySQL have in common. */

import { JSON } from "json-as";

import { jsonOf, valueOf } from "./jsontext";
import { resultIsInvalid } from "./utils";

// @ts-ignore: decorator
@external("modus_sql_client", "executeQuery")
declare function hostExecuteQuery(
  connection: string,
  dbType: string,
  statement: string,
  paramsJson: string,
): HostQueryResponse;

/** The host's answer to a statement. */
class HostQueryResponse {
  error: string | null = null;
  resultJson: string | null = null;
  rowsAffected: u32 = 0;
  lastInsertId: u64 = 0;
}

/** The values of a statement's placeholders, in their order. */
export class Params {
  private data: string[] = [];

  /**
   * Adds a value: a boolean, a number, a string, null, a `Date`, bytes (which arrive as base64
   * text), an array, a `Point`, a `Location`, `JSON.Raw`, or a class with `@json`.
   */
  push<T>(val: T): void {
    this.data.push(jsonOf<T>(val));
  }

  toJSON(): string {
    return "[" + this.data.join(",") + "]";
  }
}

/** What a statement did. */
@json
export class Response {
  /** What the database said was wrong. Errors of the connection are thrown instead. */
  error: string | null = null;
  rowsAffected: u32 = 0;
  /** The key that the database gave the new row, where it says so (MySQL, `execute` only). */
  lastInsertId: u64 = 0;
}

/** The rows that a statement gave. */
@json
export class QueryResponse<T> extends Response {
  rows: T[] = [];
}

/** The one value that a statement gave. */
@json
export class ScalarResponse<T> extends Response {
  value!: T;
}

/** Runs a statement whose rows are not wanted. */
export function execute(connection: string, dbType: string, statement: string, params: Params): Response {
  const answer = run(connection, dbType, statement, "exec:" + params.toJSON());
  return {
    error: answer.error,
    rowsAffected: answer.rowsAffected,
    lastInsertId: answer.lastInsertId,
  };
}

/** Runs a statement and reads its rows, each into a class with `@json`. */
export function query<T>(connection: string, dbType: string, statement: string, params: Params): QueryResponse<T> {
  const answer = run(connection, dbType, statement, params.toJSON());
  return {
    error: answer.error,
    rowsAffected: answer.rowsAffected,
    lastInsertId: answer.lastInsertId,
    rows: rowsOf<T>(answer.resultJson),
  };
}

/** Runs a statement and reads the first value of its first row. Throws when there is none. */
export function queryScalar<T>(connection: string, dbType: string, statement: string, params: Params): ScalarResponse<T> {
  const answer = run(connection, dbType, statement, params.toJSON());
  const rows = rowsOf<JSON.Raw>(answer.resultJson);
  if (rows.length == 0) throw new Error("No results returned from query.");
  const values = JSON.parse<Map<string, JSON.Raw>>(rows[0].data).values();
  if (values.length == 0) throw new Error("No results returned from query.");
  return {
    error: answer.error,
    rowsAffected: answer.rowsAffected,
    lastInsertId: answer.lastInsertId,
    value: valueOf<T>(values[0].data),
  };
}

function run(connection: string, dbType: string, statement: string, paramsJson: string): HostQueryResponse {
  const answer = hostExecuteQuery(connection, dbType, statement.trim(), paramsJson);
  if (resultIsInvalid(answer)) throw new Error("Error performing database query.");
  const error = answer.error;
  if (error !== null) console.error("Database error: " + error);
  return answer;
}

function rowsOf<T>(text: string | null): T[] {
  // MySQL's rows are null when there are none.
  return text === null || text == "null" ? [] : JSON.parse<T[]>(text);
}

/** A point of a plane. */
@json
export class Point {
  x: f64 = 0;
  y: f64 = 0;

  constructor(x: f64, y: f64) {
    this.x = x;
    this.y = y;
  }

  /** `(x,y)`, as PostgreSQL writes it. */
  toString(): string {
    return pairText(this.x, this.y);
  }

  /** Reads `(x,y)` or `POINT (x y)`; null when the text is neither. */
  static fromString(data: string): Point | null {
    const pair = pairOf(data);
    return pair.length == 2 ? new Point(pair[0], pair[1]) : null;
  }

  @serializer
  serialize(self: Point): string {
    return '"' + self.toString() + '"';
  }

  @deserializer
  deserialize(data: string): Point {
    const point = Point.fromString(data.substring(1, data.length - 1));
    if (point === null) throw new Error("Expected a point, found " + data + ".");
    return point;
  }
}

/** A place on the globe, in degrees. */
@json
export class Location {
  longitude: f64 = 0;
  latitude: f64 = 0;

  constructor(longitude: f64, latitude: f64) {
    this.longitude = longitude;
    this.latitude = latitude;
  }

  /** `(longitude,latitude)`, as PostgreSQL writes it. */
  toString(): string {
    return pairText(this.longitude, this.latitude);
  }

  /** Reads `(longitude,latitude)` or `POINT (longitude latitude)`; null when it is neither. */
  static fromString(data: string): Location | null {
    const pair = pairOf(data);
    return pair.length == 2 ? new Location(pair[0], pair[1]) : null;
  }

  @serializer
  serialize(self: Location): string {
    return '"' + self.toString() + '"';
  }

  @deserializer
  deserialize(data: string): Location {
    const location = Location.fromString(data.substring(1, data.length - 1));
    if (location === null) throw new Error("Expected a location, found " + data + ".");
    return location;
  }
}

function pairText(a: f64, b: f64): string {
  return "(" + a.toString() + "," + b.toString() + ")";
}

/** The two numbers of a point's text; none when it is not one. */
function pairOf(data: string): f64[] {
  let text = data.trim();
  let separator = ",";
  if (text.toUpperCase().startsWith("POINT")) {
    text = text.substring(5).trim();
    separator = " ";
  }
  if (text.length < 2 || !text.startsWith("(") || !text.endsWith(")")) return [];
  text = text.substring(1, text.length - 1).trim();
  const at = text.indexOf(separator);
  const a = numberOf(text.substring(0, max(at, 0)));
  const b = numberOf(text.substring(at + 1));
  return isNaN(a) || isNaN(b) ? [] : [a, b];
}

/** A number that is all of a text; else not a number. `f64.parse` looks at its beginning only. */
function numberOf(data: string): f64 {
  const text = data.trim();
  for (let i = 0; i < text.length; i++) {
    if ("0123456789+-.eE".indexOf(text.charAt(i)) < 0) return f64.NaN;
  }
  return f64.parse(text);
}
