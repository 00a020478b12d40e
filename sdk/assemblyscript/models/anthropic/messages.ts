/* Chat with models of Anthropic. */

import { JSON } from "json-as";

import { Members } from "../../assembly/members";
import { Model, ModelInfo } from "../../assembly/models";
import { findError } from "../error";
import { Block, RawBlock, blocksToJSON } from "./messages/blocks";
import { MessageStream } from "./messages/stream";

export {
  Block,
  DocumentBlock,
  ImageBlock,
  RawBlock,
  TextBlock,
  ToolResultBlock,
  ToolUseBlock,
} from "./messages/blocks";
export { MessageStream } from "./messages/stream";

export class AnthropicMessagesModel extends Model<AnthropicMessagesInput, AnthropicMessagesOutput> {
  constructor(info: ModelInfo) {
    super(info);
    this.validator = findError;
  }

  /** A request to this model, whose other fields can then be set. */
  createInput(messages: Message[]): AnthropicMessagesInput {
    return <AnthropicMessagesInput>{ model: this.info.fullName, messages: messages };
  }

  /** Asks the model for its answer piece by piece. */
  stream(input: AnthropicMessagesInput): MessageStream {
    const asking = new Members();
    asking.set("stream", "true");
    return new MessageStream(this, this.events(input, asking));
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

  /** A message of more than a text. */
  static fromBlocks(role: string, blocks: Block[]): Message {
    return new BlocksMessage(role, blocks);
  }
}

@json
class BlocksMessage extends Message {
  @omit
  private blocks: Block[] = [];

  constructor(role: string, blocks: Block[]) {
    super(role, "");
    this.blocks = blocks;
  }

  @serializer
  private write(self: BlocksMessage): string {
    const content = blocksToJSON(self.blocks);
    return '{"role":' + JSON.stringify(self.role) + ',"content":' + content + "}";
  }
}

@json
export class UserMessage extends Message {
  constructor(content: string) {
    super("user", content);
  }

  /** Of texts, pictures, documents, and what came of tools. */
  static of(blocks: Block[]): Message {
    return Message.fromBlocks("user", blocks);
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

  /** Whether the model may ask for one tool at a time only. */
  @alias("disable_parallel_tool_use")
  @omitif((self: ToolChoice) => self.disableParallelToolUse == false)
  disableParallelToolUse: bool = false;

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

  /** The same as a part of the next request, with all that the model said. */
  toMessage(): Message {
    const blocks: Block[] = [];
    for (let i = 0; i < this.content.length; i++) blocks.push(this.content[i].toBlock());
    return Message.fromBlocks("assistant", blocks);
  }
}

@json
class ContentFields {
  type: string = "";
  text: string = "";
  id: string = "";
  name: string | null = null;
  input: JSON.Raw | null = null;
  thinking: string | null = null;
  signature: string | null = null;
}

/** A part of an answer: text, a thought, or a tool that the model asks for. */
@json
export class ContentBlock {
  type: string = "";
  text: string = "";
  id: string = "";
  name: string | null = null;
  input: JSON.Raw | null = null;

  @omitnull()
  thinking: string | null = null;

  /** By which the provider knows its own thought again. */
  @omitnull()
  signature: string | null = null;

  @omit
  private raw: string | null = null;

  /** The same as a part of a message, with fields that this class does not have. */
  toBlock(): Block {
    const known = new Members();
    const input = this.input;
    const thinking = this.thinking;
    const signature = this.signature;
    known.set("type", JSON.stringify(this.type));
    if (this.type == "text") known.set("text", JSON.stringify(this.text));
    if (input !== null) known.set("input", input.data);
    if (thinking !== null) known.set("thinking", JSON.stringify<string>(thinking));
    if (signature !== null) known.set("signature", JSON.stringify<string>(signature));
    const raw = this.raw;
    return new RawBlock(known.addedTo(raw === null ? "{}" : raw));
  }

  @deserializer
  private read(data: string): ContentBlock {
    const fields = JSON.parse<ContentFields>(data);
    const block = <ContentBlock>{
      type: fields.type,
      text: fields.text,
      id: fields.id,
      name: fields.name,
      input: fields.input,
      thinking: fields.thinking,
      signature: fields.signature,
    };
    block.raw = data;
    return block;
  }
}

@json
export class Usage {
  @alias("input_tokens")
  inputTokens: f64 = 0;

  @alias("output_tokens")
  outputTokens: f64 = 0;
}
