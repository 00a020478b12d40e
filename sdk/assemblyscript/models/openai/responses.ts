/* Answers by OpenAI's API "Responses", of which chat is the older form. */

import { JSON } from "json-as";

import { Members } from "../../assembly/members";
import { Model, ModelInfo } from "../../assembly/models";
import { findError } from "../error";
import { OutputItem } from "./responses/items";
import { ResponseStream } from "./responses/stream";
import { FunctionTool, ToolChoice } from "./responses/tools";

export {
  FunctionCallOutput,
  InputContent,
  InputFile,
  InputImage,
  InputItem,
  InputMessage,
  InputText,
  OutputContent,
  OutputItem,
  RawItem,
  ReasoningSummary,
} from "./responses/items";
export { ResponseStream } from "./responses/stream";
export { FunctionTool, ToolChoice } from "./responses/tools";

/** A model that answers an input: a text, or items. */
export class OpenAIResponsesModel extends Model<OpenAIResponsesInput, OpenAIResponsesOutput> {
  constructor(info: ModelInfo) {
    super(info);
    this.validator = findError;
  }

  /** A request to this model, whose other fields can then be set. Of a `string`, or `InputItem[]`. */
  createInput<T>(input: T): OpenAIResponsesInput {
    const model = this.info.fullName.toLowerCase();
    return <TypedResponsesInput<T>>{ model: model, input: input };
  }

  /** Asks the model for its answer piece by piece. */
  stream(input: OpenAIResponsesInput): ResponseStream {
    const asking = new Members();
    asking.set("stream", "true");
    return new ResponseStream(this, this.events(input, asking));
  }
}

// Requests -------------------------------------------------------------------------------------

/** How much the model thinks before it answers. */
@json
export class Reasoning {
  /** `low`, `medium`, `high`. */
  @omitnull()
  effort: string | null = null;

  /** `auto`, `concise`, `detailed`: what to tell of it. */
  @omitnull()
  summary: string | null = null;
}

/** What form an answer shall have. */
@json
export class TextSettings {
  /** `{"type": "json_schema", "name": ..., "schema": ...}`, or `{"type": "json_object"}`. */
  @omitnull()
  format: JSON.Raw | null = null;

  /** `low`, `medium`, `high`. */
  @omitnull()
  verbosity: string | null = null;

  /** JSON that fits a schema. */
  static JsonSchema(name: string, schema: string, strict: bool = true): TextSettings {
    const named = '{"type":"json_schema","name":' + JSON.stringify(name);
    const format = named + ',"schema":' + schema + ',"strict":' + strict.toString() + "}";
    return <TextSettings>{ format: JSON.Raw.from(format) };
  }
}

/** A request. What is as it is by default is left out of its JSON. */
@json
export class OpenAIResponsesInput {
  model!: string;

  @omitnull()
  instructions: string | null = null;

  @alias("max_output_tokens")
  @omitif((self: OpenAIResponsesInput) => self.maxOutputTokens == -1)
  maxOutputTokens: i32 = -1;

  @omitif((self: OpenAIResponsesInput) => self.temperature == 1.0)
  temperature: f64 = 1.0;

  @alias("top_p")
  @omitif((self: OpenAIResponsesInput) => self.topP == 1.0)
  topP: f64 = 1.0;

  @omitnull()
  tools: FunctionTool[] | null = null;

  @alias("tool_choice")
  @omitnull()
  toolChoice: ToolChoice | null = null;

  @alias("parallel_tool_calls")
  @omitif((self: OpenAIResponsesInput) => self.parallelToolCalls)
  parallelToolCalls: bool = true;

  @omitnull()
  text: TextSettings | null = null;

  @omitnull()
  reasoning: Reasoning | null = null;

  /** An earlier answer that this input follows. */
  @alias("previous_response_id")
  @omitnull()
  previousResponseId: string | null = null;

  /** Whether the provider keeps the answer, for inputs that follow it. */
  @omitif((self: OpenAIResponsesInput) => self.store)
  store: bool = true;

  /** What the answer shall say besides: `message.output_text.logprobs`, for example. */
  @omitnull()
  include: string[] | null = null;

  @omitnull()
  metadata: Map<string, string> | null = null;

  @alias("service_tier")
  @omitnull()
  serviceTier: string | null = null;

  @omitnull()
  user: string | null = null;
}

@json
export class TypedResponsesInput<T> extends OpenAIResponsesInput {
  input!: T;
}

// Answers --------------------------------------------------------------------------------------

/** What the model answered. */
@json
export class OpenAIResponsesOutput {
  id: string = "";
  object: string = "";

  @alias("created_at")
  private _createdAt: i64 = 0;

  get createdAt(): Date {
    return new Date(this._createdAt * 1000);
  }

  /** `completed`, or why it is not: `incomplete`, `failed`. */
  status: string = "";

  @alias("incomplete_details")
  incompleteDetails: IncompleteDetails | null = null;

  model: string = "";
  output: OutputItem[] = [];

  @alias("previous_response_id")
  previousResponseId: string | null = null;

  usage: Usage = new Usage();

  /** The texts of all messages. */
  get outputText(): string {
    const texts: string[] = [];
    for (let i = 0; i < this.output.length; i++) texts.push(this.output[i].text);
    return texts.join("");
  }

  /** The functions that the model asks for. */
  get functionCalls(): OutputItem[] {
    return this.output.filter((item) => item.type == "function_call");
  }
}

@json
export class IncompleteDetails {
  reason: string = "";
}

/** What was read and written, in tokens. */
@json
export class Usage {
  @alias("input_tokens")
  inputTokens: i32 = 0;

  @alias("output_tokens")
  outputTokens: i32 = 0;

  @alias("total_tokens")
  totalTokens: i32 = 0;

  @alias("input_tokens_details")
  inputTokensDetails: InputTokensDetails = new InputTokensDetails();

  @alias("output_tokens_details")
  outputTokensDetails: OutputTokensDetails = new OutputTokensDetails();
}

@json
export class InputTokensDetails {
  @alias("cached_tokens")
  cachedTokens: i32 = 0;
}

@json
export class OutputTokensDetails {
  @alias("reasoning_tokens")
  reasoningTokens: i32 = 0;
}
