import { mysql, postgresql } from "@hypermode/modus-sdk-as";
import { JSON } from "json-as";

@json
class Tags {
  all: string[] = [];
}

@json
class Person {
  id: i64 = 0;
  name: string = "nobody";
  @alias("is_old")
  isOld: bool = false;
  height: f64 = 0;
  nick: string | null = "none";
  home: postgresql.Location | null = null;
  born: Date | null = null;
  tags: Tags | null = null;
}

@json
class Place {
  at: mysql.Point = new mysql.Point(0, 0);
}

export function pgExecute(statement: string): postgresql.Response {
  return postgresql.execute("pg", statement);
}

export function pgExecuteWith(id: i32): postgresql.Response {
  const params = new postgresql.Params();
  params.push(id);
  return postgresql.execute("pg", "delete from people where id = $1", params);
}

export function pgQuery(): postgresql.QueryResponse<Person> {
  return postgresql.query<Person>("pg", "select * from people");
}

export function pgQueryWith(name: string): Person[] {
  const params = new postgresql.Params();
  params.push(name);
  return postgresql.query<Person>("pg", "\n\tselect * from people where name = $1 ", params).rows;
}

export function pgScalar(): postgresql.ScalarResponse<i64> {
  return postgresql.queryScalar<i64>("pg", "select count(*) from people");
}

export function pgScalarWith(id: i32): string {
  const params = new postgresql.Params();
  params.push(id);
  return postgresql.queryScalar<string>("pg", "select name", params).value;
}

export function myExecute(name: string): mysql.Response {
  const params = new mysql.Params();
  params.push(name);
  return mysql.execute("my", "insert into people (name) values (?)", params);
}

export function myExecuteBare(): u64 {
  return mysql.execute("my", "insert into people values ()").lastInsertId;
}

export function myQuery(): mysql.QueryResponse<Person> {
  return mysql.query<Person>("my", "select * from people");
}

export function myQueryWith(limit: u32): string {
  const params = new mysql.Params();
  params.push(limit);
  const found: mysql.QueryResponse<Place> = mysql.query<Place>("my", "select at", params);
  return found.rows[0].at.toString();
}

export function myScalar(): mysql.ScalarResponse<f64> {
  return mysql.queryScalar<f64>("my", "select avg(height) from people");
}

export function myScalarWith(id: i32): bool {
  const params = new mysql.Params();
  params.push(id);
  return mysql.queryScalar<bool>("my", "select is_old", params).value;
}

export function params(): string {
  const params = new postgresql.Params();
  const empty = params.toJSON();
  params.push(true);
  params.push<i8>(-128);
  params.push<u8>(255);
  params.push<i16>(-32768);
  params.push<u16>(65535);
  params.push<i32>(i32.MIN_VALUE);
  params.push<u32>(u32.MAX_VALUE);
  params.push<i64>(i64.MIN_VALUE);
  params.push<u64>(u64.MAX_VALUE);
  params.push<f32>(0.1);
  params.push(0.1);
  params.push('a "b"\n\\ ✨');
  params.push<string | null>(null);
  params.push<Tags | null>(null);
  params.push(new Date(1577934245678));
  return empty + params.toJSON();
}

export function binaryParams(): string {
  const bytes = Uint8Array.wrap(String.UTF8.encode("any bytes?"));
  const params = new postgresql.Params();
  params.push(bytes);
  params.push(bytes.buffer);
  params.push(bytes.subarray(4, 6));
  params.push(new Uint8Array(0));
  params.push<Uint8Array | null>(null);
  return params.toJSON();
}

export function compoundParams(): string {
  const params = new mysql.Params();
  params.push(new mysql.Point(1.5, -2));
  params.push(new mysql.Location(-0.125, 51.5));
  params.push([1, 2, 3]);
  params.push(["a", "]"]);
  params.push<i32[][]>([[1], []]);
  params.push(<Tags>{ all: ["x"] });
  const map = new Map<string, f64>();
  map.set("k", 0.5);
  params.push(map);
  params.push(JSON.Raw.from('{"raw": [1 ]}'));
  params.push([new mysql.Point(0, 1)]);
  return params.toJSON();
}

export function notFinite(): void {
  new postgresql.Params().push(f64.NaN);
}

/** The first value of the first row, read as a type and written as JSON. */
export function scalar(type: string): string {
  if (type == "i8") return read<i8>();
  if (type == "i32") return read<i32>();
  if (type == "u32") return read<u32>();
  if (type == "i64") return read<i64>();
  if (type == "u64") return read<u64>();
  if (type == "f32") return read<f32>();
  if (type == "f64") return read<f64>();
  if (type == "bool") return read<bool>();
  if (type == "string") return read<string>();
  if (type == "string?") return read<string | null>();
  if (type == "date") return read<Date>();
  if (type == "point") return read<postgresql.Point>();
  if (type == "class") return read<Tags>();
  if (type == "array") return read<i32[]>();
  assert(type == "raw");
  return read<JSON.Raw>();
}

function read<T>(): string {
  return JSON.stringify<T>(postgresql.queryScalar<T>("pg", "select 1").value);
}

/** The rows, read as a type and written as JSON. */
export function rows(type: string): string {
  if (type == "raw") return JSON.stringify(postgresql.query<JSON.Raw>("pg", "q").rows);
  if (type == "map") return JSON.stringify(postgresql.query<Map<string, string>>("pg", "q").rows);
  return JSON.stringify(postgresql.query<Person>("pg", "q").rows);
}

export function point(text: string): string | null {
  const point = postgresql.Point.fromString(text);
  return point === null ? null : `${point.x} ${point.y}`;
}

export function location(text: string): string | null {
  const location = postgresql.Location.fromString(text);
  return location === null ? null : `${location.longitude} ${location.latitude}`;
}

export function pointText(a: f64, b: f64): string[] {
  const point = new postgresql.Point(a, b);
  const location = new mysql.Location(a, b);
  return [point.toString(), JSON.stringify(point), location.toString(), JSON.stringify(location)];
}

export function readPoint(text: string): postgresql.Point {
  return JSON.parse<postgresql.Point>(text);
}

export function readLocation(text: string): mysql.Location {
  return JSON.parse<mysql.Location>(text);
}

export function literals(): u32 {
  const plain = <postgresql.Response>{ rowsAffected: 1 };
  const rows: mysql.QueryResponse<Person> = { rowsAffected: 2, rows: [] };
  const value = <postgresql.ScalarResponse<u32>>{ value: 3 };
  return plain.rowsAffected + rows.rowsAffected + value.value + value.rowsAffected;
}
