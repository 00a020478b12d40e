/* Vectors of texts, by models with the interface of Hypermode. */

import { Model } from "../../assembly/models";

export class EmbeddingsModel extends Model<EmbeddingsInput, EmbeddingsOutput> {
  createInput(instances: string[]): EmbeddingsInput {
    return <EmbeddingsInput>{ instances: instances };
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
