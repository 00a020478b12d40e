/* A guest book in PostgreSQL. */

import { postgresql } from "@hypermode/modus-sdk-as";

/**
 * What a guest wrote.
 */
@json
class Entry {
  id: i32 = 0;
  name: string = "";
  text: string = "";
  /**
   * From 1 to 5, if the guest gave any.
   */
  stars: i32 = 0;
}

const connection = "guests";

/**
 * Begin anew, with an empty book.
 */
export function createTables(): bool {
  postgresql.execute(connection, "drop table if exists entries");
  postgresql.execute(
    connection,
    "create table entries (id serial primary key, name text not null, text text not null," +
      " stars int not null default 0)",
  );
  return true;
}

/**
 * Write into the book; the entry's id.
 */
export function addEntry(name: string, text: string, stars: i32 = 0): i32 {
  if (stars < 0 || stars > 5) {
    throw new Error("Give one to five stars.");
  }
  // Values are parameters, and never part of the statement's text.
  const params = new postgresql.Params();
  params.push(name);
  params.push(text);
  params.push(stars);
  const statement = "insert into entries (name, text, stars) values ($1, $2, $3) returning id";
  return postgresql.queryScalar<i32>(connection, statement, params).value;
}

/**
 * The entries, the newest first.
 */
export function getEntries(limit: i32 = 10): Entry[] {
  const params = new postgresql.Params();
  params.push(limit);
  const statement = "select * from entries order by id desc limit $1";
  return postgresql.query<Entry>(connection, statement, params).rows;
}

/**
 * Correct what a guest wrote; whether there was such an entry.
 */
export function changeText(id: i32, text: string): bool {
  const params = new postgresql.Params();
  params.push(id);
  params.push(text);
  const statement = "update entries set text = $2 where id = $1";
  return postgresql.execute(connection, statement, params).rowsAffected > 0;
}

/**
 * How many stars guests give in the mean.
 */
export function meanStars(): f64 {
  const statement = "select coalesce(avg(stars), 0)::float8 from entries where stars > 0";
  return postgresql.queryScalar<f64>(connection, statement).value;
}
