/* Chat with models of OpenAI, and of the many services that speak as they do. */

import { JSON } from "json-as";

import { Members } from "../../assembly/members";
import { Model, ModelInfo } from "../../assembly/models";
import { findError } from "../error";
import { CompletionMessage, RequestMessage, parseMessages } from "./chat/messages";
import { ChatStream } from "./chat/stream";
import { Tool, ToolChoice } from "./chat/tools";

export {
  Audio,
  AudioContentPart,
  ContentPart,
  Image,
  ImageContentPart,
  RefusalContentPart,
  TextContentPart,
} from "./chat/content";
export {
  AssistantMessage,
  AudioOutput,
  AudioRef,
  CompletionMessage,
  DeveloperMessage,
  parseMessages,
  RequestMessage,
  SystemMessage,
  ToolMessage,
  UserMessage,
} from "./chat/messages";
export { ChatChunk, ChatStream, ChunkChoice, ChunkDelta } from "./chat/stream";
export { FunctionCall, FunctionDefinition, Tool, ToolCall, ToolChoice } from "./chat/tools";

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

  /**
   * The message of the last answer, to be sent with the next request: as it is, with fields that
   * `CompletionMessage` does not have. (`toAssistantMessage` keeps those of the class.)
   */
  lastMessage(choice: i32 = 0): RequestMessage {
    const choices = JSON.parse<RawChoices>(this.lastAnswer).choices;
    const message = choice < choices.length ? choices[choice].message : null;
    if (message === null) throw new Error("The last answer has no such message.");
    return parseMessages("[" + message.data + "]")[0];
  }

  /** Asks the model for its answer piece by piece. */
  stream(input: OpenAIChatInput): ChatStream {
    const asking = new Members();
    asking.set("stream", "true");
    asking.set("stream_options", '{"include_usage":true}');
    return new ChatStream(this, this.events(input, asking));
  }
}

@json
class RawChoice {
  message: JSON.Raw | null = null;
}

@json
class RawChoices {
  choices: RawChoice[] = [];
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
