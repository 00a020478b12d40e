import { models } from "@hypermode/modus-sdk-as";
import {
  AssistantMessage,
  Audio,
  AudioContentPart,
  AudioRef,
  CompletionMessage,
  ContentPart,
  DeveloperMessage,
  FunctionCall,
  Image,
  ImageContentPart,
  OpenAIChatModel,
  RefusalContentPart,
  RequestMessage,
  SystemMessage,
  TextContentPart,
  ToolCall,
  ToolMessage,
  UserMessage,
  parseMessages,
} from "@hypermode/modus-sdk-as/models/openai/chat";
import { JSON } from "json-as";

export function messages(): string {
  const bytes = new Uint8Array(3);
  bytes[0] = 255;
  const user = UserMessage.fromParts([
    new TextContentPart("look"),
    new ImageContentPart(Image.fromData(bytes, "png", "low")),
    new ImageContentPart(Image.fromURL("https://example.com/a.png")),
    new AudioContentPart(Audio.fromData("AAEC", "audio/wav")),
  ]);
  user.name = "Ada";
  const assistant = new AssistantMessage("hm");
  const call = <ToolCall>{ id: "c1" };
  call.function = <FunctionCall>{ name: "f", arguments: "{}" };
  assistant.toolCalls = [call];
  assistant.refusal = "no";
  assistant.name = 'B"';
  assistant.audio = new AudioRef("a1");
  const all: RequestMessage[] = [
    new DeveloperMessage("d"),
    user,
    assistant,
    AssistantMessage.fromParts([new TextContentPart("t"), new RefusalContentPart("never")]),
    new ToolMessage("42", "c1"),
    new ToolMessage([1, 2], "c2"),
  ];
  return JSON.stringify(all);
}

/** The content of each kind, as parts and as a name and a content that are read and set. */
export function contents(): string {
  const parts: ContentPart[] = [new TextContentPart("✨")];
  const system = SystemMessage.fromParts(parts);
  system.name = "s";
  const developer = DeveloperMessage.fromParts(parts);
  developer.name = "d";
  const again = new UserMessage(parts);
  assert(again.content.length == 1 && again.name === null);
  const named: SystemMessage = new SystemMessage<string>("old");
  named.content = "new";
  const tool = ToolMessage.fromParts("c1", parts);
  assert(tool.toolCallId == "c1");
  tool.toolCallId = "c2";
  return JSON.stringify<RequestMessage[]>([system, developer, again, named, tool]);
}

export function roles(): string[] {
  const all: RequestMessage[] = [
    new SystemMessage(""), new DeveloperMessage(""), new UserMessage(""), new AssistantMessage(""),
    new ToolMessage("", ""),
  ];
  return all.map<string>((message) => message.role);
}

export function pictures(): string {
  const bytes = new Uint8Array(1);
  const all = [
    Image.fromURL("u", "high"),
    Image.fromData("AAEC", "image/webp"),
    Image.fromData("AAEC", "gif", "auto"),
    Image.fromData(bytes, "image/png"),
    <Image>{ url: "v" },
  ];
  return JSON.stringify(all);
}

export function sounds(): string {
  const bytes = new Uint8Array(2);
  bytes[1] = 128;
  const sound = Audio.fromData(bytes, "mp3");
  const same = Audio.fromData("AAEC", "audio/flac");
  assert(same.data.length == 3 && same.data[2] == 2);
  assert(sound.data[1] == 128 && sound.format == "mp3");
  same.data = bytes;
  same.format = "wav";
  const parts: ContentPart[] = [new AudioContentPart(sound), new AudioContentPart(same)];
  return JSON.stringify(UserMessage.fromParts(parts));
}

/** A message of a role with one part of a type. */
export function withPart(role: string, type: string): string {
  let part: ContentPart = new TextContentPart("t");
  if (type == "image_url") part = new ImageContentPart(Image.fromURL("u"));
  else if (type == "input_audio") part = new AudioContentPart(Audio.fromData("", "f"));
  else if (type == "refusal") part = new RefusalContentPart("r");
  assert(part.type == type);
  if (role == "system") return JSON.stringify(SystemMessage.fromParts([part]));
  if (role == "developer") return JSON.stringify(DeveloperMessage.fromParts([part]));
  if (role == "user") return JSON.stringify(UserMessage.fromParts([part]));
  if (role == "assistant") return JSON.stringify(AssistantMessage.fromParts([part]));
  return JSON.stringify(ToolMessage.fromParts("c", [part]));
}

export function parts(): string {
  const text = new TextContentPart("t");
  const image = new ImageContentPart(Image.fromURL("u"));
  const audio = new AudioContentPart(Audio.fromData("", "f"));
  const refusal = new RefusalContentPart("r");
  return text.text + image.image.url + audio.audio.format + refusal.refusal;
}

/** What the model said, as messages of the next request. */
export function answered(text: string): string {
  const message = JSON.parse<CompletionMessage>(text);
  const one: AssistantMessage<string> = message.toAssistantMessage();
  const other = AssistantMessage.fromCompletionMessage(message);
  assert(JSON.stringify(one) == JSON.stringify(other));
  return JSON.stringify(one);
}

export function stored(data: string): string {
  return JSON.stringify(parseMessages(data));
}

export function storedRoles(data: string): string[] {
  return parseMessages(data).map<string>((message) => message.role);
}

export function again(data: string): void {
  const model = models.getModel<OpenAIChatModel>("m");
  const messages = parseMessages(data);
  messages.push(new UserMessage("more"));
  model.invoke(model.createInput(messages));
}
