import { dgraph, neo4j } from "@hypermode/modus-sdk-as";

export function addNode(name: string, age: i64): string {
  const variables = new neo4j.Variables();
  variables.set("name", name);
  variables.set("age", age);
  const found = neo4j.executeQuery(
    "neo",
    "CREATE (p:Person {name: $name, age: $age}) RETURN p, p.age AS age, p.age / 2 AS half",
    variables,
  );
  const record = found.records[0];
  const node = record.getValue<neo4j.Node>("p");
  return `${node.labels[0]} ${node.getProperty<string>("name")} ${record.getValue<i64>("age")} ${record.get("half")}`;
}

export function setSchema(schema: string): string {
  return dgraph.alterSchema("graph", schema);
}

export function addTriples(nquads: string, blank: string): bool {
  const found = dgraph.executeMutations("graph", new dgraph.Mutation().withSetNquads(nquads));
  const uids = found.Uids;
  return uids !== null && uids.has(blank);
}

export function ask(query: string, name: string): string {
  const asked = new dgraph.Query(query).withVariable("$name", name);
  return dgraph.executeQuery("graph", asked).Json;
}

export function upsert(name: string, nick: string): string {
  const query = new dgraph.Query(
    "query q($name: string) { v as var(func: eq(name, $name)) }",
  ).withVariable("$name", name);
  const mutation = new dgraph.Mutation()
    .withSetNquads('uid(v) <nick> "' + dgraph.escapeRDF(nick) + '" .')
    .withCondition("@if(gt(len(v), 0))");
  return dgraph.executeQuery("graph", query, mutation).Json;
}

export function dropAttribute(attribute: string): string {
  return dgraph.dropAttr("graph", attribute);
}

export function dropEverything(): string {
  return dgraph.dropAll("graph");
}
