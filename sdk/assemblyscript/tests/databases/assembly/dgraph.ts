import { dgraph } from "@hypermode/modus-sdk-as";

export function dqlQuery(): dgraph.Response {
  return dgraph.executeQuery("dg", new dgraph.Query("{ q }"));
}

export function dqlQueryWithMutations(): dgraph.Response {
  const query = new dgraph.Query("query v($a: string) { q }").withVariable("$a", 'x "✨"');
  return dgraph.executeQuery(
    "dg",
    query,
    new dgraph.Mutation('{"a":1}', '{"b":1}', "_:a <b> <c> .", "<d> * * .", "@if(eq(len(v), 0))"),
    new dgraph.Mutation(),
    new dgraph.Mutation("", "[]"),
  );
}

export function dqlMutations(): dgraph.Response {
  return dgraph.executeMutations(
    "dg",
    new dgraph.Mutation()
      .withSetJson("sj")
      .withDelJson("dj")
      .withSetNquads("sn")
      .withDelNquads("dn")
      .withCondition("c"),
    new dgraph.Mutation("only"),
  );
}

export function dqlNoMutations(): dgraph.Response {
  return dgraph.executeMutations("dg");
}

/** The requests of apps written before `executeQuery` and `executeMutations`. */
export function dqlRequests(): void {
  const variables = new dgraph.Variables();
  variables.set("$name", "n");
  dgraph.execute("dg", new dgraph.Request(new dgraph.Query("q", variables)));
  dgraph.execute("dg", new dgraph.Request(null, [new dgraph.Mutation("s")]));
  dgraph.execute("dg", new dgraph.Request());
  const request = new dgraph.Request();
  request.query = new dgraph.Query("q2");
  request.mutations.push(new dgraph.Mutation("", "", "n"));
  dgraph.execute("dg", request);
}

@json
class Thing {}

export function dqlVariables(): void {
  const query = new dgraph.Query()
    .withVariable("$string", '"s"')
    .withVariable<i8>("$i8", -128)
    .withVariable<u16>("$u16", 65535)
    .withVariable("$i32", 5)
    .withVariable<i64>("$i64", i64.MIN_VALUE)
    .withVariable<u64>("$u64", u64.MAX_VALUE)
    .withVariable<f32>("$f32", 0.1)
    .withVariable("$f64", -2.5)
    .withVariable("$bool", true)
    .withVariable<f32[]>("$vector", [0.5, -1, 0.1]);
  query.query = "q";
  const same = new dgraph.Variables();
  same.set("$string", '"s"');
  same.set<u64>("$u64", u64.MAX_VALUE);
  same.set("$bool", false);
  same.set<f32[]>("$vector", []);
  assert(same.toMap().size == 4);
  dgraph.executeQuery("dg", query);
  dgraph.executeQuery("dg", new dgraph.Query("q", same));
}

export function dqlWrongVariable(type: string): void {
  const variables = new dgraph.Variables();
  if (type == "class") variables.set("$v", new Thing());
  else if (type == "strings") variables.set("$v", ["a"]);
  else if (type == "null") variables.set<string | null>("$v", null);
  else if (type == "NaN") variables.set("$v", f64.NaN);
  else new dgraph.Query().withVariable<f64[]>("$v", [1]);
}

export function dqlAlterSchema(): string {
  return dgraph.alterSchema("dg", "name: string .");
}

export function dqlDropAttr(): string {
  return dgraph.dropAttr("dg", "name");
}

export function dqlDropAll(): string {
  return dgraph.dropAll("dg");
}

export function escapeRDF(value: string): string {
  return dgraph.escapeRDF(value);
}
