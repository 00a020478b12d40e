import { DynamicMap, neo4j } from "@hypermode/modus-sdk-as";
import { JSON } from "json-as";

export function cypher(): neo4j.EagerResult {
  return neo4j.executeQuery("neo", "MATCH (n) RETURN n");
}

export function cypherWith(dbName: string): neo4j.EagerResult {
  const variables = new neo4j.Variables();
  variables.set("name", "N");
  return neo4j.executeQuery("neo", "q", variables, dbName);
}

@json
class Extra {
  list: f32[] = [0.5];
}

export function cypherVariables(): string {
  const variables = new neo4j.Variables();
  const empty = variables.toJSON();
  variables.set('te"xt', "}✨");
  variables.set<string | null>("none", null);
  variables.set("yes", true);
  variables.set<i8>("i8", -1);
  variables.set<u64>("u64", u64.MAX_VALUE);
  variables.set<f32>("f32", 0.1);
  variables.set("f64", 2.5);
  variables.set("list", ["a", "b"]);
  variables.set("extra", new Extra());
  variables.set("date", new Date(0));
  variables.set("raw", JSON.Raw.from("[1 ]"));
  const map = new DynamicMap();
  map.set("k", 1);
  variables.set("map", map);
  return empty + variables.toJSON();
}

function first(): neo4j.Record {
  return neo4j.executeQuery("neo", "q").records[0];
}

export function text(key: string): string {
  return first().get(key);
}

export function recordJSON(): string {
  return JSON.stringify(first());
}

export function resultJSON(): string {
  return JSON.stringify(neo4j.executeQuery("neo", "q"));
}

export function asMap(): Map<string, string> {
  return first().asMap();
}

/** The value of a key, read as a type and written as JSON. */
export function value(type: string, key: string): string {
  if (type == "bool") return read<bool>(key);
  if (type == "i8") return read<i8>(key);
  if (type == "i16") return read<i16>(key);
  if (type == "i32") return read<i32>(key);
  if (type == "i64") return read<i64>(key);
  if (type == "u8") return read<u8>(key);
  if (type == "u16") return read<u16>(key);
  if (type == "u32") return read<u32>(key);
  if (type == "u64") return read<u64>(key);
  if (type == "f32") return read<f32>(key);
  if (type == "f64") return read<f64>(key);
  if (type == "string") return read<string>(key);
  if (type == "string?") return read<string | null>(key);
  if (type == "i8[]") return read<i8[]>(key);
  if (type == "i16[]") return read<i16[]>(key);
  if (type == "i32[]") return read<i32[]>(key);
  if (type == "i64[]") return read<i64[]>(key);
  if (type == "u8[]") return read<u8[]>(key);
  if (type == "u16[]") return read<u16[]>(key);
  if (type == "u32[]") return read<u32[]>(key);
  if (type == "u64[]") return read<u64[]>(key);
  if (type == "f32[]") return read<f32[]>(key);
  if (type == "f64[]") return read<f64[]>(key);
  if (type == "string[]") return read<string[]>(key);
  if (type == "Raw[]") return read<JSON.Raw[]>(key);
  if (type == "Raw") return read<JSON.Raw>(key);
  if (type == "Date") return read<Date>(key);
  if (type == "DynamicMap") return read<DynamicMap>(key);
  if (type == "Node") return read<neo4j.Node>(key);
  if (type == "Node?") return read<neo4j.Node | null>(key);
  if (type == "Relationship") return read<neo4j.Relationship>(key);
  if (type == "Path") return read<neo4j.Path>(key);
  if (type == "Point2D") return read<neo4j.Point2D>(key);
  if (type == "Point3D") return read<neo4j.Point3D>(key);
  if (type == "Map") return read<Map<string, string>>(key);
  if (type == "Extra") return read<Extra>(key);
  assert(type == "string[][]");
  return read<string[][]>(key);
}

function read<T>(key: string): string {
  return JSON.stringify<T>(first().getValue<T>(key));
}

export function properties(): string {
  const node = first().getValue<neo4j.Node>("n");
  const relationship = first().getValue<neo4j.Relationship>("r");
  return [
    node.elementId, node.labels.join("+"), node.props.size.toString(),
    node.getProperty<string>("name"), node.getProperty<i64>("age").toString(),
    relationship.elementId, relationship.type, relationship.startElementId,
    relationship.endElementId, relationship.getProperty<f64>("since").toString(),
    relationship.props.has("until").toString(),
  ].join("|");
}

export function missingProperty(): string {
  return first().getValue<neo4j.Node>("n").getProperty<string>("nothing");
}

/** The names that apps for the first versions use. */
export function oldNames(): string {
  const result = neo4j.executeQuery("neo", "q");
  const record = result.Records[0];
  const node = record.getValue<neo4j.Node>(result.Keys[0]);
  const relationship = record.getValue<neo4j.Relationship>("r");
  const path = record.getValue<neo4j.Path>("p");
  const flat = record.getValue<neo4j.Point2D>("p2");
  const solid = record.getValue<neo4j.Point3D>("p3");
  return [
    record.Keys.length.toString(), record.Values.length.toString(),
    node.ElementId, node.Labels[0], node.Props.get<string>("name"),
    relationship.ElementId, relationship.Type, relationship.StartElementId,
    relationship.EndElementId, relationship.Props.size.toString(),
    path.Nodes.length.toString(), path.Relationships.length.toString(),
    `${flat.X} ${flat.Y} ${flat.SpatialRefId} ${flat.String()} ${flat.toString()}`,
    `${solid.X} ${solid.Y} ${solid.Z} ${solid.SpatialRefId} ${solid.String()} ${solid.toString()}`,
  ].join("|");
}

/** Those names can be assigned to as well. */
export function oldNamesSet(): string {
  const node = new neo4j.Node();
  node.ElementId = "n";
  node.Labels = ["L"];
  node.Props = new DynamicMap();
  const relationship = new neo4j.Relationship();
  relationship.ElementId = "r";
  relationship.StartElementId = "s";
  relationship.EndElementId = "e";
  relationship.Type = "T";
  relationship.Props = new DynamicMap();
  const path = new neo4j.Path();
  path.Nodes = [node];
  path.Relationships = [relationship];
  const flat = new neo4j.Point2D();
  flat.X = 1;
  flat.Y = 2;
  flat.SpatialRefId = 3;
  const solid = new neo4j.Point3D();
  solid.X = 1;
  solid.Y = 2;
  solid.Z = 3;
  solid.SpatialRefId = 4;
  const record = new neo4j.Record();
  record.Keys = ["path", "p2", "p3"];
  record.Values = [JSON.stringify(path), JSON.stringify(flat), JSON.stringify(solid)];
  const result = new neo4j.EagerResult();
  result.Keys = record.keys;
  result.Records = [<neo4j.Record>{ keys: record.keys, values: record.values }];
  return JSON.stringify(result);
}
