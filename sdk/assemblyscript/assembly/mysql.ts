/* MySQL databases. The placeholders of statements are `?`. */

import * as database from "./database";

export { Params, Response, QueryResponse, ScalarResponse, Point, Location } from "./database";

const DB_TYPE = "mysql";

/** Runs a statement whose rows are not wanted. */
export function execute(
  connection: string,
  statement: string,
  params: database.Params = new database.Params(),
): database.Response {
  return database.execute(connection, DB_TYPE, statement, params);
}

/** Runs a statement and reads its rows, each into a class with `@json`. */
export function query<T>(
  connection: string,
  statement: string,
  params: database.Params = new database.Params(),
): database.QueryResponse<T> {
  return database.query<T>(connection, DB_TYPE, statement, params);
}

/** Runs a statement and reads the first value of its first row. Throws when there is none. */
export function queryScalar<T>(
  connection: string,
  statement: string,
  params: database.Params = new database.Params(),
): database.ScalarResponse<T> {
  return database.queryScalar<T>(connection, DB_TYPE, statement, params);
}
