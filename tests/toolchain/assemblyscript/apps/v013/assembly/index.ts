import { collections, dgraph, http, models, postgresql } from "@hypermode/modus-sdk-as";
import { JSON } from "json-as";
import { EmbeddingsModel } from "@hypermode/modus-sdk-as/models/experimental/embeddings";
import {
  ClassificationModel,
  ClassifierResult,
} from "@hypermode/modus-sdk-as/models/experimental/classification";
import {
  OpenAIChatModel,
  ResponseFormat,
  SystemMessage,
  UserMessage,
} from "@hypermode/modus-sdk-as/models/openai/chat";
import { Quote } from "./classes";

export function sayHello(name: string | null = null): string {
  return `Hello, ${name || "World"}!`;
}

// This function generates some text based on the instruction and prompt provided.
export function generateText(instruction: string, prompt: string): string {
  const model = models.getModel<OpenAIChatModel>("text-generator")
  const system: SystemMessage = new SystemMessage(instruction)
  const user: UserMessage = new UserMessage(prompt)
  const input = model.createInput([system, user])
  input.temperature = 0.7
  input.responseFormat = ResponseFormat.Json
  const output = model.invoke(input)
  return output.choices[0].message.content.trim()
}

export function quote(text: string, author: string, year: i32): string {
  return JSON.stringify<Quote>(<Quote>{ text, author, year });
}

export function author(data: string): string {
  return JSON.parse<Quote>(data).author;
}

export function embed(texts: string[]): f32[][] {
  const model = models.getModel<EmbeddingsModel>("minilm");
  return model.invoke(model.createInput(texts)).predictions;
}

export function classify(text: string): ClassifierResult {
  const model = models.getModel<ClassificationModel>("text-generator");
  return model.invoke(model.createInput([text])).predictions[0];
}

export function addNote(text: string, labels: string[]): string[] {
  const result = collections.upsert("notes", null, text, labels);
  if (!result.isSuccessful) throw new Error(result.error);
  return result.keys;
}

export function findNotes(text: string): collections.CollectionSearchResultObject[] {
  return collections.search("notes", "by-meaning", text, 3, true).objects;
}

@json
class Row {
  id: i32 = 0;
  name!: string;
}

export function getPeople(olderThan: i32): Row[] {
  const params = new postgresql.Params();
  params.push(olderThan);
  return postgresql.query<Row>("db", "select id, name from people where age > $1", params).rows;
}

export function addPerson(name: string): u32 {
  const params = new postgresql.Params();
  params.push(name);
  return postgresql.execute("db", "insert into people (name) values ($1)", params).rowsAffected;
}

export function queryPeople(name: string): string {
  const vars = new dgraph.Variables();
  vars.set("$name", name);
  const query = new dgraph.Query("query people($name: string) { name }", vars);
  return dgraph.execute("graph", new dgraph.Request(query)).Json;
}

export function getStatus(url: string): u16 {
  const request = new http.Request(url, {
    method: "POST",
    headers: http.Headers.from([["Content-Type", "application/json"]]),
    body: http.Content.from<Quote>(<Quote>{ text: "t", author: "a" }),
  } as http.RequestOptions);
  return http.fetch(request).status;
}
