/* Chat with models of Anthropic. */

import { JSON } from "json-as";

import { Model } from "../../assembly/models";

export class AnthropicMessagesModel extends Model<AnthropicMessagesInput, AnthropicMessagesOutput> {
  /** A request to this model, whose other fields can then be set. */
  createInput(messages: Message[]): AnthropicMessagesInput {
    return <AnthropicMessagesInput>{ model: this.info.fullName, messages: messages };
  }
}

/** A message of a conversation. */
@json
export class Message {
  @alias("role")
  private _role: string = "";

  content: string = "";

  constructor(role: string, content: string) {
    this._role = role;
    this.content = content;
  }

  get role(): string {
    return this._role;
  }
}

@json
export class UserMessage extends Message {
  constructor(content: string) {
    super("user", content);
  }
}

@json
export class AssistantMessage extends Message {
  constructor(content: string) {
    super("assistant", content);
  }
}

@json
export class Metadata {
  @alias("user_id")
  @omitnull()
  userId: string | null = null;
}

/** A function that the model may ask for. */
@json
export class Tool {
  name: string = "";

  @alias("input_schema")
  inputSchema: JSON.Raw = JSON.Raw.from("{}");

  @omitnull()
  description: string | null = null;
}

/** Which tools the model may, or must, use. */
@json
export class ToolChoice {
  type: string;

  @omitnull()
  name: string | null;

  constructor(type: string = "auto", name: string | null = null) {
    this.type = type;
    this.name = name;
  }
}

export const ToolChoiceAuto = new ToolChoice("auto");
export const ToolChoiceAny = new ToolChoice("any");

/** This tool, and no other. */
export const ToolChoiceTool = (name: string): ToolChoice => new ToolChoice("tool", name);

/** A request. What is as it is by default is left out of its JSON, but for `max_tokens`. */
@json
export class AnthropicMessagesInput {
  model!: string;
  messages!: Message[];

  @alias("max_tokens")
  maxTokens: i32 = 4096;

  @omitnull()
  metadata: Metadata | null = null;

  @alias("stop_sequences")
  @omitnull()
  stopSequences: string[] | null = null;

  @omitnull()
  system: string | null = null;

  @omitif((self: AnthropicMessagesInput) => self.temperature == 1.0)
  temperature: f64 = 1.0;

  @alias("tool_choice")
  @omitnull()
  toolChoice: ToolChoice | null = null;

  @omitnull()
  tools: Tool[] | null = null;

  @alias("top_k")
  @omitif((self: AnthropicMessagesInput) => self.topK == -1)
  topK: i64 = -1;

  @alias("top_p")
  @omitif((self: AnthropicMessagesInput) => self.topP == 0.999)
  topP: f64 = 0.999;
}

@json
export class AnthropicMessagesOutput {
  id: string = "";
  content: ContentBlock[] = [];
  model: string = "";
  role: string = "";

  @alias("stop_reason")
  stopReason: string = "";

  @alias("stop_sequence")
  stopSequence: string | null = null;

  type: string = "";
  usage: Usage = new Usage();
}

/** A part of an answer: text, or a tool that the model asks for. */
@json
export class ContentBlock {
  type: string = "";
  text: string = "";
  id: string = "";
  name: string | null = null;
  input: JSON.Raw | null = null;
}

@json
export class Usage {
  @alias("input_tokens")
  inputTokens: f64 = 0;

  @alias("output_tokens")
  outputTokens: f64 = 0;
}
