/* GraphQL operations as the host gets them, and answers as apps read them. */

import { graphql } from "@hypermode/modus-sdk-as";
import { JSON } from "json-as";

@json
export class Person {
  name: string = "";
  age: i32 = 0;
  friends: Person[] = [];
}

@json
export class People {
  people: Person[] = [];
  note: string | null = null;
}

@json
class Box<T> {
  value: T | null = null;
}

const QUERY = "query { people { name } }";

/** Generic classes of the SDK in a signature. */
export function people(): graphql.Response<People> {
  return graphql.execute<People>("api", QUERY);
}

export function answer(): string {
  const response = graphql.execute<People>("api", QUERY, new graphql.Variables());
  const data = response.data;
  return data === null ? "null" : JSON.stringify(data);
}

export function answerAsMap(): string {
  const response = graphql.execute<Map<string, JSON.Raw>>("api", QUERY);
  return JSON.stringify(response.data);
}

export function answerInBox(): string {
  const response = graphql.execute<Box<Person>>("api", QUERY);
  return JSON.stringify(response.data!.value);
}

/** Message, places and path of each error. */
export function errors(): string[] {
  const lines: string[] = [];
  const errors = graphql.execute<People>("api", QUERY).errors;
  if (errors === null) return lines;
  for (let i = 0; i < errors.length; i++) {
    const error = errors[i];
    let line = error.message;
    const locations = error.locations;
    if (locations !== null) {
      for (let j = 0; j < locations.length; j++) {
        const line32: u32 = locations[j].line;
        const column: u32 = locations[j].column;
        line += " " + line32.toString() + ":" + column.toString();
      }
    }
    const path = error.path;
    if (path !== null) line += " " + path.join("/");
    lines.push(line);
  }
  return lines;
}

/** The whole answer, written again. */
export function again(): string {
  return JSON.stringify(graphql.execute<People>("api", QUERY));
}

export function withVariables(): string {
  const person = new Person();
  person.name = 'a"}';
  const none: string | null = null;
  const map = new Map<string, bool>();
  map.set("yes", true);
  const variables = new graphql.Variables();
  variables.set("text", "é\n");
  variables.set("whole", 1);
  variables.set<i64>("long", i64.MIN_VALUE);
  variables.set("float", 0.5);
  variables.set("flag", false);
  variables.set("list", ["a", "b"]);
  variables.set("person", person);
  variables.set("map", map);
  variables.set("none", none);
  variables.set("raw", new JSON.Raw('{"x": [1]}'));
  variables.set("when", new Date(0));
  variables.set("again", 1);
  variables.set("again", 2);
  graphql.execute<People>("api", QUERY, variables);
  return variables.toJSON();
}

export function notANumber(): void {
  new graphql.Variables().set("x", NaN);
}
