import { collections, models } from "@hypermode/modus-sdk-as";
import { JSON } from "json-as";
import {
  OpenAIChatInput,
  OpenAIChatModel,
  SystemMessage,
  Tool,
  ToolMessage,
  UserMessage,
} from "@hypermode/modus-sdk-as/models/openai/chat";

/**
 * Asks with a tool at hand.
 */
export function askShop(question: string, choice: string): string {
  const model = models.getModel<OpenAIChatModel>("text-generator");
  const input = model.createInput([
    new SystemMessage("You work in a shop."),
    new UserMessage(question),
  ]);
  input.tools = [stockTool()];
  input.toolChoice = choice;
  const asked = model.invoke(input);

  const call = asked.choices[0].message.toolCalls[0];
  input.messages.push(new ToolMessage(`${call.function.name}: 12`, call.id));
  input.toolChoice = "none";
  return model.invoke(input).choices[0].message.content;
}

function stockTool(): Tool {
  const tool = new Tool();
  tool.function = {
    name: "getStock",
    description: "How many are left.",
    parameters: `{
      "type": "object",
      "properties": {}
    }`,
  };
  return tool;
}

export function noChoice(): string {
  const model = models.getModel<OpenAIChatModel>("text-generator");
  const input = model.createInput([new UserMessage("hi")]);
  const none: string | null = null;
  input.toolChoice = none;
  return model.invoke(input).choices[0].message.content;
}

export function literalInput(): string {
  const model = models.getModel<OpenAIChatModel>("text-generator");
  const input = <OpenAIChatInput>{
    model: "gpt-4o",
    messages: [new UserMessage("hi")],
    toolChoice: "required",
  };
  return model.invoke(input).choices[0].message.content;
}

export function createdAt(): i32 {
  const model = models.getModel<OpenAIChatModel>("text-generator");
  const output = model.invoke(model.createInput([new UserMessage("when?")]));
  const created: i32 = output.created;
  return created;
}

export function secondsSince(then: i64): i64 {
  const model = models.getModel<OpenAIChatModel>("text-generator");
  const output = model.invoke(model.createInput([new UserMessage("when?")]));
  if (output.created > 1000) return <i64>output.created - then;
  return output.created;
}

export function nearest(vector: f32[]): string[] {
  const found = collections.searchByVector("notes", "by-meaning", vector, 2);
  return found.objects.map<string>((each) => each.key);
}

export function label(text: string): collections.CollectionClassificationResult {
  return collections.nnClassify("notes", "by-meaning", text);
}

@json
class Envelope {
  id!: string;
  payload: JSON.Raw = "null";
}

@json
class Point {
  x: i32 = 0;
}

/** Up to json-as 0.9 a JSON.Raw was a string. */
export function unwrap(data: string): i32 {
  const envelope = JSON.parse<Envelope>(data);
  const payload: string = envelope.payload;
  if (payload == "null") return -1;
  return JSON.parse<Point>(envelope.payload).x;
}

export function wrap(id: string, x: i32): string {
  const envelope = <Envelope>{ id };
  if (x != 0) envelope.payload = JSON.stringify(<Point>{ x });
  return JSON.stringify(envelope);
}

/** Of the app's own, with the names of the SDK's fields. */
class Settings {
  toolChoice: string = "auto";
  created: i32 = 0;
}

export function own(): string {
  const settings = new Settings();
  settings.toolChoice = "mine";
  settings.created = 7;
  const created: i32 = settings.created;
  return settings.toolChoice + created.toString();
}
