/* Chat with models of OpenAI, and of the many services that speak as they do. */

import { JSON } from "json-as";

import * as base64 from "../../assembly/base64";
import { Model, ModelError, ModelInfo } from "../../assembly/models";

/** A model for chat: messages in, a message out. */
export class OpenAIChatModel extends Model<OpenAIChatInput, OpenAIChatOutput> {
  constructor(info: ModelInfo) {
    super(info);
    this.validator = findError;
  }

  /** A request to this model, whose other fields can then be set. */
  createInput(messages: RequestMessage[]): OpenAIChatInput {
    return <OpenAIChatInput>{ model: this.info.fullName.toLowerCase(), messages: messages };
  }
}

@json
class ErrorDetails {
  message: string = "";
}

@json
class ErrorAnswer {
  error: JSON.Raw | null = null;
}

class OpenAIChatError extends ModelError {
  constructor(private message: string) {
    super();
  }

  toString(): string {
    return this.message;
  }
}

function findError(data: string): ModelError | null {
  if (data.indexOf('"error"') < 0) return null;
  const found = JSON.parse<ErrorAnswer>(data).error;
  return found === null ? null : new OpenAIChatError(messageOf(found.data));
}

/** Most services send an object with a message, some a text. */
function messageOf(error: string): string {
  if (error.startsWith('"')) return JSON.parse<string>(error);
  const message = error.startsWith("{") ? JSON.parse<ErrorDetails>(error).message : "";
  return message.length > 0 ? message : error;
}

// Requests -------------------------------------------------------------------------------------

/** What a model can answer with: one of the words of the namespace of this name. */
export type Modality = string;

export namespace Modality {
  export const Text = "text";
  export const Audio = "audio";
}

/** How soon a request is served. */
export type ServiceTier = string;

export namespace ServiceTier {
  export const Auto = "auto";
  export const Default = "default";
}

/** How a spoken answer shall sound. */
@json
export class AudioParameters {
  voice: string;
  format: string;

  constructor(voice: string = "", format: string = "") {
    this.voice = voice;
    this.format = format;
  }
}

/** What form an answer shall have. */
@json
export class ResponseFormat {
  readonly type: string = "text";

  @alias("json_schema")
  @omitnull()
  readonly jsonSchema: JSON.Raw | null = null;

  /** Any JSON; a message must ask for it as well. */
  static get Json(): ResponseFormat {
    return <ResponseFormat>{ type: "json_object" };
  }

  static get Text(): ResponseFormat {
    return <ResponseFormat>{ type: "text" };
  }

  /** JSON that fits a schema, which is given as the API wants it: `{"name": ..., "schema": ...}`. */
  static JsonSchema(jsonSchema: string): ResponseFormat {
    return <ResponseFormat>{ type: "json_schema", jsonSchema: JSON.Raw.from(jsonSchema) };
  }
}

/** A request. What is as it is by default is left out of its JSON. */
@json
export class OpenAIChatInput {
  model!: string;

  messages!: RequestMessage[];

  @omitif((self: OpenAIChatInput) => self.modalities.length == 0)
  modalities: Modality[] = [];

  @omitnull()
  audio: AudioParameters | null = null;

  /** Ask for an answer that is spoken. */
  requestAudioOutput(voice: string, format: string): void {
    this.modalities = [Modality.Text, Modality.Audio];
    this.audio = new AudioParameters(voice, format);
  }

  @alias("frequency_penalty")
  @omitif((self: OpenAIChatInput) => self.frequencyPenalty == 0.0)
  frequencyPenalty: f64 = 0.0;

  @alias("logit_bias")
  @omitnull()
  logitBias: Map<string, f64> | null = null;

  @omitif((self: OpenAIChatInput) => self.logprobs == false)
  logprobs: bool = false;

  @alias("top_logprobs")
  @omitif((self: OpenAIChatInput) => self.logprobs == false)
  topLogprobs: i32 = 0;

  @alias("max_tokens")
  @omitif((self: OpenAIChatInput) => self.maxTokens == 4096)
  maxTokens: i32 = 4096;

  @alias("max_completion_tokens")
  @omitif((self: OpenAIChatInput) => self.maxCompletionTokens == 4096)
  maxCompletionTokens: i32 = 4096;

  @omitif((self: OpenAIChatInput) => self.n == 1)
  n: i32 = 1;

  @alias("presence_penalty")
  @omitif((self: OpenAIChatInput) => self.presencePenalty == 0.0)
  presencePenalty: f64 = 0.0;

  @alias("response_format")
  @omitif((self: OpenAIChatInput) => self.responseFormat.type == "text")
  responseFormat: ResponseFormat = ResponseFormat.Text;

  @omitif((self: OpenAIChatInput) => self.seed == -1)
  seed: i32 = -1;

  @alias("service_tier")
  @omitnull()
  serviceTier: ServiceTier | null = null;

  @omitnull()
  stop: string[] | null = null;

  @omitif((self: OpenAIChatInput) => self.temperature == 1.0)
  temperature: f64 = 1.0;

  @alias("top_p")
  @omitif((self: OpenAIChatInput) => self.topP == 1.0)
  topP: f64 = 1.0;

  @omitnull()
  tools: Tool[] | null = null;

  @alias("tool_choice")
  @omitnull()
  toolChoice: ToolChoice | null = null;

  @alias("parallel_tool_calls")
  @omitif((self: OpenAIChatInput) => self.parallelToolCalls || self.hasNoTools())
  parallelToolCalls: bool = true;

  @omitnull()
  user: string | null = null;

  hasNoTools(): bool {
    const tools = this.tools;
    return tools === null || tools.length == 0;
  }
}

// Tools ----------------------------------------------------------------------------------------

@json
class FunctionName {
  name: string = "";
}

/** Which tools the model may, or must, use. */
@json
export class ToolChoice {
  type: string = "auto";
  function: FunctionName | null = null;

  static get None(): ToolChoice {
    return <ToolChoice>{ type: "none" };
  }

  static get Auto(): ToolChoice {
    return <ToolChoice>{ type: "auto" };
  }

  static get Required(): ToolChoice {
    return <ToolChoice>{ type: "required" };
  }

  /** This function, and no other. */
  static Function(name: string): ToolChoice {
    const choice = <ToolChoice>{ type: "function" };
    choice.function = <FunctionName>{ name: name };
    return choice;
  }

  @serializer
  private write(self: ToolChoice): string {
    const chosen = self.function;
    if (chosen === null) return JSON.stringify(self.type);
    return '{"type":"function","function":{"name":' + JSON.stringify(chosen.name) + "}}";
  }

  @deserializer
  private read(data: string): ToolChoice {
    if (data.startsWith('"')) return <ToolChoice>{ type: JSON.parse<string>(data) };
    const named = JSON.parse<NamedTool>(data);
    return ToolChoice.Function(named.function.name);
  }
}

@json
class NamedTool {
  function: FunctionName = <FunctionName>{};
}

/** A function that the model may ask for. */
@json
export class Tool {
  type: string = "function";
  function: FunctionDefinition = new FunctionDefinition();

  @omit
  private names: string[] = [];

  @omit
  private schemas: string[] = [];

  static forFunction(name: string, description: string): Tool {
    const tool = new Tool();
    tool.function.name = name;
    tool.function.description = description;
    return tool;
  }

  /** Add a parameter, which the model must give a value. */
  withParameter(name: string, jsonSchemaType: string, description: string): Tool {
    this.names.push(JSON.stringify(name));
    this.schemas.push(
      '{"type":' +
        JSON.stringify(jsonSchemaType) +
        ',"description":' +
        JSON.stringify(description) +
        "}",
    );
    const properties: string[] = [];
    for (let i = 0; i < this.names.length; i++) {
      properties.push(this.names[i] + ":" + this.schemas[i]);
    }
    return this.withParametersSchema(
      '{"type":"object","properties":{' +
        properties.join(",") +
        '},"required":[' +
        this.names.join(",") +
        '],"additionalProperties":false}',
    );
  }

  /** Say by a JSON schema what the parameters are. */
  withParametersSchema(jsonSchema: string): Tool {
    this.function.parameters = JSON.Raw.from(jsonSchema);
    return this;
  }
}

@json
export class FunctionDefinition {
  name: string = "";

  @omitnull()
  description: string | null = null;

  @omitif((self: FunctionDefinition) => self.strict == false)
  strict: bool = false;

  @omitnull()
  parameters: JSON.Raw | null = null;
}

/** What the model wants to be called. */
@json
export class ToolCall {
  id: string = "";
  type: string = "function";
  function: FunctionCall = new FunctionCall();
}

@json
export class FunctionCall {
  name: string = "";

  /** A JSON object, as text. The model may get it wrong. */
  arguments: string = "";
}

// Parts of messages ----------------------------------------------------------------------------

/** A part of a message's content. */
export abstract class ContentPart {
  constructor(private kind: string = "") {}

  get type(): string {
    return this.kind;
  }

  abstract toJSON(): string;
}

export class TextContentPart extends ContentPart {
  constructor(public text: string) {
    super("text");
  }

  toJSON(): string {
    return '{"type":"text","text":' + JSON.stringify(this.text) + "}";
  }
}

export class ImageContentPart extends ContentPart {
  constructor(public image: Image) {
    super("image_url");
  }

  toJSON(): string {
    return '{"type":"image_url","image_url":' + JSON.stringify(this.image) + "}";
  }
}

export class AudioContentPart extends ContentPart {
  constructor(public audio: Audio) {
    super("input_audio");
  }

  toJSON(): string {
    return '{"type":"input_audio","input_audio":' + this.audio.toJSON() + "}";
  }
}

export class RefusalContentPart extends ContentPart {
  constructor(public refusal: string) {
    super("refusal");
  }

  toJSON(): string {
    return '{"type":"refusal","refusal":' + JSON.stringify(this.refusal) + "}";
  }
}

/** A picture, by its address or as data. */
@json
export class Image {
  url: string = "";

  @omitnull()
  detail: string | null = null;

  static fromURL(url: string, detail: string | null = null): Image {
    return <Image>{ url: url, detail: detail };
  }

  /** From bytes or base64 text; the content type may leave out `image/`. */
  static fromData<T>(data: T, contentType: string, detail: string | null = null): Image {
    const type = contentType.startsWith("image/") ? contentType : "image/" + contentType;
    return Image.fromURL("data:" + type + ";base64," + encoded<T>(data), detail);
  }
}

/** Recorded sound. */
export class Audio {
  private text: string = "";
  format: string = "";

  get data(): Uint8Array {
    return base64.decode(this.text);
  }

  set data(value: Uint8Array) {
    this.text = base64.encode(value);
  }

  /** From bytes or base64 text; the format may begin with `audio/`. */
  static fromData<T>(data: T, format: string): Audio {
    const audio = new Audio();
    audio.text = encoded<T>(data);
    audio.format = format.startsWith("audio/") ? format.substring(6) : format;
    return audio;
  }

  toJSON(): string {
    return '{"data":"' + this.text + '","format":' + JSON.stringify(this.format) + "}";
  }
}

function encoded<T>(data: T): string {
  if (isString<T>()) return <string>data;
  if (data instanceof Uint8Array) return base64.encode(<Uint8Array>data);
  throw new Error("Data must be a Uint8Array or text in base64.");
}

/** Names what a model said earlier. */
@json
export class AudioRef {
  id: string;

  constructor(id: string = "") {
    this.id = id;
  }
}

// Messages -------------------------------------------------------------------------------------

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

// Answers --------------------------------------------------------------------------------------

/** What the model answered. */
@json
export class OpenAIChatOutput {
  id: string = "";
  object: string = "";
  choices: Choice[] = [];

  @alias("created")
  private _created: i64 = 0;

  get created(): Date {
    return new Date(this._created * 1000);
  }

  model: string = "";

  @alias("service_tier")
  serviceTier: ServiceTier | null = null;

  @alias("system_fingerprint")
  systemFingerprint: string = "";

  usage: Usage = new Usage();
}

/** What was read and written, in tokens. */
@json
export class Usage {
  @alias("completion_tokens")
  completionTokens: i32 = 0;

  @alias("prompt_tokens")
  promptTokens: i32 = 0;

  @alias("total_tokens")
  totalTokens: i32 = 0;
}

@json
export class Choice {
  @alias("finish_reason")
  finishReason: string = "";

  index: i32 = 0;
  message: CompletionMessage = new CompletionMessage();
  logprobs: Logprobs | null = null;
}

@json
export class Logprobs {
  content: LogprobsContent[] | null = null;
}

@json
export class LogprobsContent {
  token: string = "";
  logprob: f64 = 0;
  bytes: u8[] | null = null;

  @alias("top_logprobs")
  topLogprobs: TopLogprobsContent[] = [];
}

@json
export class TopLogprobsContent {
  token: string = "";
  logprob: f64 = 0;
  bytes: u8[] | null = null;
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
}
