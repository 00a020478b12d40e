/* Text by models of Gemini. */

import { JSON } from "json-as";

import { Model, ModelInfo } from "../../assembly/models";
import { findError } from "../error";
import { Part } from "./generate/parts";
import { GenerateStream } from "./generate/stream";
import { FunctionCallingConfig, FunctionDeclaration, GeminiTool, ToolConfig } from "./generate/tools";

export { FileData, FunctionCall, FunctionResponse, InlineData, Part } from "./generate/parts";
export { GenerateStream } from "./generate/stream";
export { FunctionCallingConfig, FunctionDeclaration, GeminiTool, ToolConfig };

export class GeminiGenerateModel extends Model<GeminiGenerateInput, GeminiGenerateOutput> {
  constructor(info: ModelInfo) {
    super(info);
    this.validator = findError;
  }

  /** A request, whose other fields can then be set. The model is in the URL, not in the request. */
  createInput(contents: PromptContent[]): GeminiGenerateInput {
    return <GeminiGenerateInput>{ contents: contents };
  }

  /**
   * Asks the model for its answer piece by piece. That is a matter of the URL as well: the model's
   * `path` in modus.json ends in `:streamGenerateContent?alt=sse`.
   */
  stream(input: GeminiGenerateInput): GenerateStream {
    return new GenerateStream(this, this.events(input));
  }
}

/** A message of a conversation. */
@json
export class PromptContent {
  @alias("role")
  private _role: string = "";

  parts: Part[] = [];

  constructor(role: string, parts: Part[]) {
    this._role = role;
    this.parts = parts;
  }

  get role(): string {
    return this._role;
  }
}

@json
export class UserContent extends PromptContent {
  constructor(parts: Part[]) {
    super("user", parts);
  }
}

@json
export class UserTextContent extends UserContent {
  constructor(content: string) {
    super([<Part>{ text: content }]);
  }
}

@json
export class SystemTextContent extends PromptContent {
  constructor(content: string) {
    super("system", [<Part>{ text: content }]);
  }
}

@json
export class ModelContent extends PromptContent {
  constructor(parts: Part[]) {
    super("model", parts);
  }
}

@json
export class ModelTextContent extends ModelContent {
  constructor(content: string) {
    super([<Part>{ text: content }]);
  }
}

/** What a text may be harmful by. */
export type HarmCategory = string;

export namespace HarmCategory {
  export const UNSPECIFIED = "HARM_CATEGORY_UNSPECIFIED";
  export const HATE_SPEECH = "HARM_CATEGORY_HATE_SPEECH";
  export const SEXUALLY_EXPLICIT = "HARM_CATEGORY_SEXUALLY_EXPLICIT";
  export const HARASSMENT = "HARM_CATEGORY_HARASSMENT";
  export const DANGEROUS_CONTENT = "HARM_CATEGORY_DANGEROUS_CONTENT";
}

/** From which likelihood of harm on a text is held back. */
export type HarmBlockThreshold = string;

export namespace HarmBlockThreshold {
  export const HARM_BLOCK_THRESHOLD_UNSPECIFIED = "HARM_BLOCK_THRESHOLD_UNSPECIFIED";
  export const BLOCK_LOW_AND_ABOVE = "BLOCK_LOW_AND_ABOVE";
  export const BLOCK_MEDIUM_AND_ABOVE = "BLOCK_MEDIUM_AND_ABOVE";
  export const BLOCK_ONLY_HIGH = "BLOCK_ONLY_HIGH";
  export const BLOCK_NONE = "BLOCK_NONE";
}

/** Why a text ended. */
export type FinishReason = string;

export namespace FinishReason {
  export const FINISH_REASON_UNSPECIFIED = "FINISH_REASON_UNSPECIFIED";
  export const STOP = "STOP";
  export const MAX_TOKENS = "MAX_TOKENS";
  export const SAFETY = "SAFETY";
  export const RECITATION = "RECITATION";
  export const LANGUAGE = "LANGUAGE";
  export const OTHER = "OTHER";
}

/** How likely a text is harmful. */
export type HarmProbability = string;

export namespace HarmProbability {
  export const HARM_PROBABILITY_UNSPECIFIED = "HARM_PROBABILITY_UNSPECIFIED";
  export const NEGLIGIBLE = "NEGLIGIBLE";
  export const LOW = "LOW";
  export const MEDIUM = "MEDIUM";
  export const HIGH = "HIGH";
}

/** Why a request was refused. */
export type BlockReason = string;

export namespace BlockReason {
  export const BLOCKED_REASON_UNSPECIFIED = "BLOCKED_REASON_UNSPECIFIED";
  export const SAFETY = "SAFETY";
  export const OTHER = "OTHER";
}

@json
export class SafetySetting {
  category: HarmCategory = HarmCategory.UNSPECIFIED;
  threshold: HarmBlockThreshold = HarmBlockThreshold.HARM_BLOCK_THRESHOLD_UNSPECIFIED;
}

/** How the text is made. What is as it is by default is left out of its JSON. */
@json
export class GenerationConfig {
  @omitif((self: GenerationConfig) => self.candidateCount == 1)
  candidateCount: i32 = 1;

  @omitnull()
  stopSequences: string[] | null = null;

  @omitif((self: GenerationConfig) => self.maxOutputTokens == -1)
  maxOutputTokens: i32 = -1;

  @omitif((self: GenerationConfig) => self.temperature == -1.0)
  temperature: f64 = -1.0;

  @omitif((self: GenerationConfig) => self.topP == -1.0)
  topP: f64 = -1.0;

  @omitif((self: GenerationConfig) => self.topK == -1)
  topK: i32 = -1;

  @omitif((self: GenerationConfig) => self.responseMimeType == "text/plain")
  responseMimeType: string = "text/plain";

  @omitnull()
  responseSchema: JSON.Raw | null = null;

  /** A JSON schema, where `responseSchema` is one of Gemini's own. */
  @omitnull()
  responseJsonSchema: JSON.Raw | null = null;

  @omitnull()
  thinkingConfig: JSON.Raw | null = null;
}

@json
export class GeminiGenerateInput {
  contents!: PromptContent[];

  @omitnull()
  systemInstruction: PromptContent | null = null;

  /** Sent as null when there is none. */
  generationConfig: GenerationConfig | null = null;

  @omitnull()
  safetySettings: SafetySetting[] | null = null;

  @omitnull()
  cachedContent: string | null = null;

  @omitnull()
  tools: GeminiTool[] | null = null;

  @omitnull()
  toolConfig: ToolConfig | null = null;
}

@json
export class GeminiGenerateOutput {
  candidates: Candidate[] = [];
  promptFeedback: PromptFeedback | null = null;
  usageMetadata: UsageMetadata = new UsageMetadata();
}

@json
export class Candidate {
  index: i8 = 0;
  content: ResponseContent | null = null;
  finishReason: FinishReason | null = null;
  safetyRatings: SafetyRating[] | null = null;
  citationMetadata: CitationMetadata | null = null;
}

@json
export class ResponseContent {
  role: string = "";
  parts: Part[] = [];

  /** What the model says, without its thoughts. */
  get text(): string {
    const texts: string[] = [];
    for (let i = 0; i < this.parts.length; i++) {
      if (!this.parts[i].thought) texts.push(this.parts[i].text);
    }
    return texts.join("");
  }

  /** The same as a part of the next request, with all that the model said. */
  toContent(): PromptContent {
    return new ModelContent(this.parts);
  }
}

@json
export class SafetyRating {
  category: HarmCategory = HarmCategory.UNSPECIFIED;
  probability: HarmProbability = HarmProbability.HARM_PROBABILITY_UNSPECIFIED;
}

@json
export class CitationMetadata {
  citationSources: CitationSource[] = [];
}

@json
export class CitationSource {
  startIndex: i64 = 0;
  endIndex: i64 = 0;
  uri: string = "";
  license: string | null = null;
}

@json
export class PromptFeedback {
  blockReason: BlockReason = "";
  safetyRatings: SafetyRating[] = [];
}

@json
export class UsageMetadata {
  promptTokenCount: i32 = 0;
  candidatesTokenCount: i32 = 0;
  totalTokenCount: i32 = 0;
  cachedContentTokenCount: i32 = 0;
}
