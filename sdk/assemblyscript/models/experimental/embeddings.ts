/* Vectors of texts, by models with the interface of Hypermode. */

import { Model, ModelError } from "../../assembly/models";
import { findError } from "../error";

export class EmbeddingsModel extends Model<EmbeddingsInput, EmbeddingsOutput> {
  createInput(instances: string[]): EmbeddingsInput {
    return <EmbeddingsInput>{ instances: instances };
  }

  protected refusalIn(answer: string): ModelError | null {
    return findError(answer);
  }
}

@json
export class EmbeddingsInput {
  instances!: string[];
}

@json
export class EmbeddingsOutput {
  /** One vector for each instance, in their order. */
  predictions: f32[][] = [];
}
