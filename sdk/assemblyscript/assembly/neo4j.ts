/* Neo4j databases. */

import { JSON } from "json-as";

import { DynamicMap } from "./dynamicmap";
import { valueOf } from "./jsontext";
import { resultIsInvalid } from "./utils";
import { Variables } from "./variables";

export { Variables } from "./variables";

// @ts-ignore: decorator
@external("modus_neo4j_client", "executeQuery")
declare function hostExecuteQuery(
  connection: string,
  dbName: string,
  query: string,
  parametersJson: string,
): EagerResult;

/** Runs a Cypher query and reads all its records. Throws when there is no result. */
export function executeQuery(
  connection: string,
  query: string,
  parameters: Variables = new Variables(),
  dbName: string = "neo4j",
): EagerResult {
  const result = hostExecuteQuery(connection, dbName, query, parameters.toJSON());
  if (resultIsInvalid(result)) throw new Error("Error executing Neo4j query.");
  return result;
}

/** All that a query gave. */
@json
export class EagerResult {
  keys: string[] = [];
  records: Record[] = [];

  /** @deprecated use `keys` */
  get Keys(): string[] {
    return this.keys;
  }

  /** @deprecated use `keys` */
  set Keys(value: string[]) {
    this.keys = value;
  }

  /** @deprecated use `records` */
  get Records(): Record[] {
    return this.records;
  }

  /** @deprecated use `records` */
  set Records(value: Record[]) {
    this.records = value;
  }
}

/** One record: its values, as JSON texts, in the order of its keys. As JSON, an object. */
@json
export class Record {
  keys: string[] = [];
  values: string[] = [];

  /** @deprecated use `keys` */
  get Keys(): string[] {
    return this.keys;
  }

  /** @deprecated use `keys` */
  set Keys(value: string[]) {
    this.keys = value;
  }

  /** @deprecated use `values` */
  get Values(): string[] {
    return this.values;
  }

  /** @deprecated use `values` */
  set Values(value: string[]) {
    this.values = value;
  }

  /** The value of a key, as JSON text. Throws when there is no such key. */
  get(key: string): string {
    const index = this.keys.indexOf(key);
    if (index < 0 || index >= this.values.length) {
      throw new Error("Key not found in record: " + key);
    }
    return this.values[index];
  }

  /** The value of a key. Throws when there is no such key, or its value is not of that type. */
  getValue<T>(key: string): T {
    if (isReadable<T>()) return valueOf<T>(this.get(key));
    throw new Error("Unsupported type: " + nameof<T>());
  }

  /** The values by their keys, as JSON texts. */
  asMap(): Map<string, string> {
    const map = new Map<string, string>();
    for (let i = 0; i < this.keys.length; i++) map.set(this.keys[i], this.values[i]);
    return map;
  }

  // json-as calls this, and does not write its own when a class has it.

  __SERIALIZE(ptr: usize): void {
    const map = new Map<string, JSON.Raw>();
    for (let i = 0; i < this.keys.length; i++) {
      map.set(this.keys[i], JSON.Raw.from(this.values[i]));
    }
    JSON.__serialize<Map<string, JSON.Raw>>(map);
  }
}

// @ts-ignore: decorator
@inline
function isReadable<T>(): bool {
  if (isBoolean<T>() || isInteger<T>() || isFloat<T>() || isString<T>()) return true;
  if (isArray<T>()) {
    if (isString<valueof<T>>() || isInteger<valueof<T>>() || isFloat<valueof<T>>()) return true;
    return idof<valueof<T>>() == idof<JSON.Raw>();
  }
  const id = idof<nonnull<T>>();
  return (
    id == idof<Node>() ||
    id == idof<Relationship>() ||
    id == idof<Path>() ||
    id == idof<DynamicMap>() ||
    id == idof<Date>() ||
    id == idof<JSON.Raw>() ||
    id == idof<Point2D>() ||
    id == idof<Point3D>()
  );
}

/** A node of the graph. */
@json
export class Node {
  @alias("ElementId")
  elementId: string = "";
  @alias("Props")
  props: DynamicMap = new DynamicMap();
  @alias("Labels")
  labels: string[] = [];

  /** A property of the node. Throws when it has none of that name. */
  getProperty<T>(key: string): T {
    return this.props.get<T>(key);
  }

  /** @deprecated use `elementId` */
  get ElementId(): string {
    return this.elementId;
  }

  /** @deprecated use `elementId` */
  set ElementId(value: string) {
    this.elementId = value;
  }

  /** @deprecated use `props` */
  get Props(): DynamicMap {
    return this.props;
  }

  /** @deprecated use `props` */
  set Props(value: DynamicMap) {
    this.props = value;
  }

  /** @deprecated use `labels` */
  get Labels(): string[] {
    return this.labels;
  }

  /** @deprecated use `labels` */
  set Labels(value: string[]) {
    this.labels = value;
  }
}

/** A relationship between two nodes. */
@json
export class Relationship {
  @alias("ElementId")
  elementId: string = "";
  @alias("Props")
  props: DynamicMap = new DynamicMap();
  @alias("StartElementId")
  startElementId: string = "";
  @alias("EndElementId")
  endElementId: string = "";
  @alias("Type")
  type: string = "";

  /** A property of the relationship. Throws when it has none of that name. */
  getProperty<T>(key: string): T {
    return this.props.get<T>(key);
  }

  /** @deprecated use `elementId` */
  get ElementId(): string {
    return this.elementId;
  }

  /** @deprecated use `elementId` */
  set ElementId(value: string) {
    this.elementId = value;
  }

  /** @deprecated use `props` */
  get Props(): DynamicMap {
    return this.props;
  }

  /** @deprecated use `props` */
  set Props(value: DynamicMap) {
    this.props = value;
  }

  /** @deprecated use `startElementId` */
  get StartElementId(): string {
    return this.startElementId;
  }

  /** @deprecated use `startElementId` */
  set StartElementId(value: string) {
    this.startElementId = value;
  }

  /** @deprecated use `endElementId` */
  get EndElementId(): string {
    return this.endElementId;
  }

  /** @deprecated use `endElementId` */
  set EndElementId(value: string) {
    this.endElementId = value;
  }

  /** @deprecated use `type` */
  get Type(): string {
    return this.type;
  }

  /** @deprecated use `type` */
  set Type(value: string) {
    this.type = value;
  }
}

/** Nodes, and the relationships that lead from one to the next. */
@json
export class Path {
  @alias("Nodes")
  nodes: Node[] = [];
  @alias("Relationships")
  relationships: Relationship[] = [];

  /** @deprecated use `nodes` */
  get Nodes(): Node[] {
    return this.nodes;
  }

  /** @deprecated use `nodes` */
  set Nodes(value: Node[]) {
    this.nodes = value;
  }

  /** @deprecated use `relationships` */
  get Relationships(): Relationship[] {
    return this.relationships;
  }

  /** @deprecated use `relationships` */
  set Relationships(value: Relationship[]) {
    this.relationships = value;
  }
}

/** A point in two dimensions, of the coordinate system with that id. */
@json
export class Point2D {
  @alias("X")
  x: f64 = 0;
  @alias("Y")
  y: f64 = 0;
  @alias("SpatialRefId")
  spatialRefId: u32 = 0;

  toString(): string {
    return `Point{SpatialRefId=${this.spatialRefId}, X=${this.x}, Y=${this.y}}`;
  }

  /** @deprecated use `toString` */
  String(): string {
    return this.toString();
  }

  /** @deprecated use `x` */
  get X(): f64 {
    return this.x;
  }

  /** @deprecated use `x` */
  set X(value: f64) {
    this.x = value;
  }

  /** @deprecated use `y` */
  get Y(): f64 {
    return this.y;
  }

  /** @deprecated use `y` */
  set Y(value: f64) {
    this.y = value;
  }

  /** @deprecated use `spatialRefId` */
  get SpatialRefId(): u32 {
    return this.spatialRefId;
  }

  /** @deprecated use `spatialRefId` */
  set SpatialRefId(value: u32) {
    this.spatialRefId = value;
  }
}

/** A point in three dimensions, of the coordinate system with that id. */
@json
export class Point3D {
  @alias("X")
  x: f64 = 0;
  @alias("Y")
  y: f64 = 0;
  @alias("Z")
  z: f64 = 0;
  @alias("SpatialRefId")
  spatialRefId: u32 = 0;

  toString(): string {
    return `Point{SpatialRefId=${this.spatialRefId}, X=${this.x}, Y=${this.y}, Z=${this.z}}`;
  }

  /** @deprecated use `toString` */
  String(): string {
    return this.toString();
  }

  /** @deprecated use `x` */
  get X(): f64 {
    return this.x;
  }

  /** @deprecated use `x` */
  set X(value: f64) {
    this.x = value;
  }

  /** @deprecated use `y` */
  get Y(): f64 {
    return this.y;
  }

  /** @deprecated use `y` */
  set Y(value: f64) {
    this.y = value;
  }

  /** @deprecated use `z` */
  get Z(): f64 {
    return this.z;
  }

  /** @deprecated use `z` */
  set Z(value: f64) {
    this.z = value;
  }

  /** @deprecated use `spatialRefId` */
  get SpatialRefId(): u32 {
    return this.spatialRefId;
  }

  /** @deprecated use `spatialRefId` */
  set SpatialRefId(value: u32) {
    this.spatialRefId = value;
  }
}
