import {
  collections,
  DynamicMap,
  dgraph,
  localtime,
  models,
  mysql,
  neo4j,
  utils,
} from "@hypermode/modus-sdk-as";
import { JSON } from "json-as";
import {
  OpenAIChatModel,
  ResponseFormat,
  Tool,
  ToolChoice,
  UserMessage,
} from "@hypermode/modus-sdk-as/models/openai/chat";

export function getTimes(zone: string): string[] {
  return [localtime.Now(), localtime.NowInZone(zone), localtime.GetTimeZone()];
}

export function isZone(zone: string): bool {
  return localtime.IsValidTimeZone(zone);
}

export function getActor(name: string): string {
  const vars = new neo4j.Variables();
  vars.set("name", name);
  const result = neo4j.executeQuery("movies", "MATCH (n {name: $name}) RETURN n, age, at", vars);
  if (!result) throw new Error("nothing");
  const record: neo4j.Record = result.Records[0];
  const node = record.getValue<neo4j.Node>("n");
  const at = record.getValue<neo4j.Point2D>("at");
  return (
    `${result.Keys.join()} ${record.Keys[0]} ${record.Values.length} ${node.ElementId}` +
    ` ${node.Labels.join()} ${node.Props.get<string>("name")} ${node.getProperty<string>("name")}` +
    ` ${record.getValue<i32>("age")} ${at.X},${at.Y},${at.SpatialRefId}`
  );
}

export function getRoles(): string {
  const result = neo4j.executeQuery("movies", "MATCH p RETURN p");
  const path = result.Records[0].getValue<neo4j.Path>("p");
  const role = path.Relationships[0];
  return `${path.Nodes.length} ${role.Type} ${role.StartElementId} ${role.EndElementId} ${role.Props.size}`;
}

@json
class Event {
  name!: string;
  details: DynamicMap = new DynamicMap();

  @omitif("this.count == 1 && this.name.length > 0")
  count: i32 = 1;
}

export function describe(data: string): string {
  const event = JSON.parse<Event>(data);
  const keys = event.details.keys().join();
  event.details.set("size", event.details.size);
  event.details.set<string[]>("tags", ["a", "b"]);
  event.details.delete("old");
  return keys + " " + JSON.stringify(event);
}

export function ask(name: string): Date {
  const model = models.getModel<OpenAIChatModel>("text-generator");
  const input = model.createInput([new UserMessage("hi")]);
  input.tools = [Tool.forFunction(name, "does it").withParameter("x", "string", "what")];
  input.toolChoice = ToolChoice.Function(name);
  input.responseFormat = ResponseFormat.JsonSchema('{"name":"n","schema":{}}');
  const output = model.invoke(input);
  input.messages.push(output.choices[0].message.toAssistantMessage());
  input.toolChoice = ToolChoice.Auto;
  return model.invoke(input).created;
}

export function addNotes(keys: string[], texts: string[]): string[] {
  return collections.upsertBatch("notes", keys, texts, [], "mine").keys;
}

export function noteTexts(): Map<string, string> {
  return collections.getTexts("notes", "mine");
}

export function distance(a: string, b: string): f64 {
  return collections.computeDistance("notes", "by-meaning", a, b).distance;
}

export function addRow(name: string): u64 {
  const params = new mysql.Params();
  params.push(name);
  return mysql.execute("db", "insert into t (name) values (?)", params).lastInsertId;
}

export function addFriend(name: string): Map<string, string> | null {
  const mutation = new dgraph.Mutation(`{"name": "${name}"}`);
  const query = new dgraph.Query("query q($n: string) { q }").withVariable("$n", name);
  return dgraph.executeQuery("graph", query, mutation).Uids;
}

export function missing(): bool {
  return utils.resultIsInvalid<string | null>(null);
}
