/* Messages of a chat with models of OpenAI, to the model and from it. */

import { JSON } from "json-as";

import * as base64 from "../../../assembly/base64";
import { ContentPart } from "./content";
import { ToolCall } from "./tools";

/** A message of a conversation, as a model is given it. */
@json
export abstract class RequestMessage {
  @omit
  private _role: string;

  constructor(role: string) {
    this._role = role;
  }

  get role(): string {
    return this._role;
  }

  /** The members of its JSON object besides the role, each after a comma. */
  protected members(): string {
    return "";
  }

  toJSON(): string {
    return '{"role":' + JSON.stringify(this._role) + this.members() + "}";
  }

  @serializer
  private write(self: RequestMessage): string {
    return self.toJSON();
  }

  @deserializer
  private read(data: string): RequestMessage {
    return new RawMessage(data);
  }
}

@json
class RoleOnly {
  role: string = "";
}

/** A message as text, which stays as it is. */
class RawMessage extends RequestMessage {
  constructor(private text: string) {
    super(JSON.parse<RoleOnly>(text).role);
  }

  toJSON(): string {
    return this.text;
  }
}

/** Messages from a JSON array, such as one that was stored; each stays as it is. */
export function parseMessages(data: string): RequestMessage[] {
  const raws = JSON.parse<JSON.Raw[]>(data);
  const messages: RequestMessage[] = [];
  for (let i = 0; i < raws.length; i++) messages.push(new RawMessage(raws[i].data));
  return messages;
}

function contentOf<T>(content: T, role: string, allowed: string): string {
  if (content instanceof Array<ContentPart>) {
    const parts = changetype<ContentPart[]>(content);
    const texts: string[] = [];
    for (let i = 0; i < parts.length; i++) {
      if (allowed.indexOf(parts[i].type) < 0) {
        throw new Error("A " + role + " message cannot have a part of type " + parts[i].type + ".");
      }
      texts.push(parts[i].toJSON());
    }
    return "[" + texts.join(",") + "]";
  }
  return JSON.stringify<T>(content);
}

function member(name: string, value: string | null): string {
  return value === null ? "" : ',"' + name + '":' + JSON.stringify<string>(value);
}

/** What the model shall keep to. */
export class SystemMessage<T = string> extends RequestMessage {
  name: string | null = null;

  constructor(public content: T) {
    super("system");
  }

  static fromParts(parts: ContentPart[]): SystemMessage<ContentPart[]> {
    return new SystemMessage<ContentPart[]>(parts);
  }

  protected members(): string {
    return ',"content":' + contentOf<T>(this.content, "system", "text") + member("name", this.name);
  }
}

/** The same for newer models of OpenAI. */
export class DeveloperMessage<T = string> extends RequestMessage {
  name: string | null = null;

  constructor(public content: T) {
    super("developer");
  }

  static fromParts(parts: ContentPart[]): DeveloperMessage<ContentPart[]> {
    return new DeveloperMessage<ContentPart[]>(parts);
  }

  protected members(): string {
    const content = contentOf<T>(this.content, "developer", "text");
    return ',"content":' + content + member("name", this.name);
  }
}

/** What the user says. */
export class UserMessage<T = string> extends RequestMessage {
  name: string | null = null;

  constructor(public content: T) {
    super("user");
  }

  static fromParts(parts: ContentPart[]): UserMessage<ContentPart[]> {
    return new UserMessage<ContentPart[]>(parts);
  }

  protected members(): string {
    const content = contentOf<T>(this.content, "user", "text image_url input_audio");
    return ',"content":' + content + member("name", this.name);
  }
}

/** What the model said earlier. */
export class AssistantMessage<T = string> extends RequestMessage {
  name: string | null = null;
  refusal: string | null = null;
  toolCalls: ToolCall[] = [];
  audio: AudioRef | null = null;

  constructor(public content: T) {
    super("assistant");
  }

  static fromParts(parts: ContentPart[]): AssistantMessage<ContentPart[]> {
    return new AssistantMessage<ContentPart[]>(parts);
  }

  static fromCompletionMessage(cm: CompletionMessage): AssistantMessage<string> {
    const message = new AssistantMessage<string>(cm.content);
    message.refusal = cm.refusal;
    message.toolCalls = cm.toolCalls;
    const audio = cm.audio;
    if (audio !== null) message.audio = new AudioRef(audio.id);
    return message;
  }

  protected members(): string {
    let text = ',"content":' + contentOf<T>(this.content, "assistant", "text refusal");
    text += member("name", this.name) + member("refusal", this.refusal);
    if (this.toolCalls.length > 0) text += ',"tool_calls":' + JSON.stringify(this.toolCalls);
    const audio = this.audio;
    if (audio !== null) text += ',"audio":' + JSON.stringify<AudioRef>(audio);
    return text;
  }
}

/** What came of a tool that the model asked for. */
export class ToolMessage<T = string> extends RequestMessage {
  constructor(
    public content: T,
    public toolCallId: string,
  ) {
    super("tool");
  }

  static fromParts(toolCallId: string, parts: ContentPart[]): ToolMessage<ContentPart[]> {
    return new ToolMessage<ContentPart[]>(parts, toolCallId);
  }

  protected members(): string {
    return (
      ',"content":' +
      contentOf<T>(this.content, "tool", "text") +
      member("tool_call_id", this.toolCallId)
    );
  }
}

/** Names what a model said earlier. */
@json
export class AudioRef {
  id: string;

  constructor(id: string = "") {
    this.id = id;
  }
}

/** What the model says. */
@json
export class CompletionMessage {
  /** Empty when it asks for tools instead. */
  content: string = "";
  refusal: string | null = null;

  @alias("tool_calls")
  toolCalls: ToolCall[] = [];

  audio: AudioOutput | null = null;

  /** The same as a part of the next request. */
  toAssistantMessage(): AssistantMessage<string> {
    return AssistantMessage.fromCompletionMessage(this);
  }
}

/** What the model says, spoken. */
@json
export class AudioOutput {
  id: string = "";

  @alias("expires_at")
  private _expiresAt: i64 = 0;

  @alias("data")
  private _data: string = "";

  transcript: string = "";

  get expiresAt(): Date {
    return new Date(this._expiresAt * 1000);
  }

  get data(): Uint8Array {
    return base64.decode(this._data);
  }

  /** For the SDK: takes what comes next of it. */
  __add(more: AudioOutput): void {
    if (more.id.length > 0) this.id = more.id;
    if (more._expiresAt != 0) this._expiresAt = more._expiresAt;
    this._data += more._data;
    this.transcript += more.transcript;
  }
}
