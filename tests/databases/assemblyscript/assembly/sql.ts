import { mysql, postgresql } from "@hypermode/modus-sdk-as";

@json
class Person {
  id: i64 = 0;
  name: string = "";
  nick: string | null = null;
  height: f64 = 0;
  big: i64 = 0;
}

/** Runs a statement that gives no rows; how many rows it changed. */
export function run(kind: string, statement: string): u32 {
  return kind == "mysql"
    ? mysql.execute("my", statement).rowsAffected
    : postgresql.execute("pg", statement).rowsAffected;
}

export function addPerson(kind: string, name: string, nick: string | null, height: f64, big: i64): i64 {
  const columns = "insert into people (name, nick, height, big) values ";
  if (kind == "mysql") {
    const params = new mysql.Params();
    params.push(name);
    params.push(nick);
    params.push(height);
    params.push(big);
    return mysql.execute("my", columns + "(?, ?, ?, ?)", params).lastInsertId;
  }
  const params = new postgresql.Params();
  params.push(name);
  params.push(nick);
  params.push(height);
  params.push(big);
  return postgresql.queryScalar<i64>("pg", columns + "($1, $2, $3, $4) returning id", params).value;
}

export function people(kind: string): Person[] {
  const statement = "select id, name, nick, height, big from people order by id";
  return kind == "mysql"
    ? mysql.query<Person>("my", statement).rows
    : postgresql.query<Person>("pg", statement).rows;
}

export function count(kind: string): i64 {
  const statement = "select count(*) as n from people";
  return kind == "mysql"
    ? mysql.queryScalar<i64>("my", statement).value
    : postgresql.queryScalar<i64>("pg", statement).value;
}

/** A point that goes there and comes back. */
export function point(kind: string, x: f64, y: f64): string {
  if (kind == "mysql") {
    const params = new mysql.Params();
    params.push(x);
    params.push(y);
    return mysql.queryScalar<mysql.Point>("my", "select point(?, ?) as p", params).value.toString();
  }
  const params = new postgresql.Params();
  params.push(new postgresql.Point(x, y));
  return postgresql
    .queryScalar<postgresql.Point>("pg", "select $1::point as p", params)
    .value.toString();
}

/** Runs a statement on a connection of any name. */
export function runOn(connection: string): string {
  postgresql.execute(connection, "select 1");
  return "done";
}
