/* Text by Llama models, in the form of Amazon Bedrock. */

import { JSON } from "json-as";

import { Model, ModelError } from "../../assembly/models";
import { ProviderError, findError } from "../error";

export class TextGenerationModel extends Model<TextGenerationInput, TextGenerationOutput> {
  /** A request, whose other fields can then be set. */
  createInput(prompt: string): TextGenerationInput {
    return <TextGenerationInput>{ prompt: prompt };
  }

  protected refusalIn(answer: string): ModelError | null {
    const error = findError(answer);
    if (error !== null || answer.indexOf('"message"') < 0) return error;
    const found = JSON.parse<Refusal>(answer);
    const message = found.message;
    return message !== null && found.generation === null ? new ProviderError(message) : null;
  }
}

/** What Bedrock sends instead of an answer. */
@json
class Refusal {
  message: string | null = null;
  generation: string | null = null;
}

/** A request. What is as it is by default is left out of its JSON. */
@json
export class TextGenerationInput {
  prompt!: string;

  @omitif((self: TextGenerationInput) => self.temperature == 0.6)
  temperature: f64 = 0.6;

  @alias("top_p")
  @omitif((self: TextGenerationInput) => self.topP == 0.9)
  topP: f64 = 0.9;

  @alias("max_gen_len")
  @omitif((self: TextGenerationInput) => self.maxGenLen == 512)
  maxGenLen: i32 = 512;
}

@json
export class TextGenerationOutput {
  generation: string = "";

  @alias("prompt_token_count")
  promptTokenCount: i32 = 0;

  @alias("generation_token_count")
  generationTokenCount: i32 = 0;

  @alias("stop_reason")
  stopReason: string = "";
}
