/* Vectors of texts, by models of OpenAI and of services that speak as they do. */

import { Model, ModelError } from "../../assembly/models";
import { findError } from "../error";

/** The form in which vectors come. */
export type EncodingFormat = string;

export namespace EncodingFormat {
  export const Float = "float";
  export const Base64 = "base64";
}

export class OpenAIEmbeddingsModel extends Model<OpenAIEmbeddingsInput, OpenAIEmbeddingsOutput> {
  /** A request for the vectors of a text, of several, or of tokens (arrays of integers). */
  createInput<T>(content: T): OpenAIEmbeddingsInput {
    const model = this.info.fullName.toLowerCase();
    return <TypedEmbeddingsInput<T>>{ model: model, input: content };
  }

  protected refusalIn(answer: string): ModelError | null {
    return findError(answer);
  }
}

/** A request. What is as it is by default is left out of its JSON. */
@json
export class OpenAIEmbeddingsInput {
  model!: string;

  @alias("encoding_format")
  @omitif((self: OpenAIEmbeddingsInput) => self.encodingFormat == "float")
  encodingFormat: EncodingFormat = EncodingFormat.Float;

  @omitif((self: OpenAIEmbeddingsInput) => self.dimensions == -1)
  dimensions: i32 = -1;

  @omitnull()
  user: string | null = null;
}

@json
export class TypedEmbeddingsInput<T> extends OpenAIEmbeddingsInput {
  input!: T;
}

@json
export class OpenAIEmbeddingsOutput {
  object: string = "";
  model: string = "";
  usage: Usage = new Usage();
  data: Embedding[] = [];
}

@json
export class Embedding {
  object: string = "";
  index: i32 = 0;
  embedding: f32[] = [];
}

@json
export class Usage {
  @alias("prompt_tokens")
  promptTokens: i32 = 0;

  @alias("total_tokens")
  totalTokens: i32 = 0;
}
