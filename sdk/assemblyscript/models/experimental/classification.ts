/* Labels of texts, by models with the interface of Hypermode. */

import { Model, ModelError } from "../../assembly/models";
import { findError } from "../error";

export class ClassificationModel extends Model<ClassificationInput, ClassificationOutput> {
  createInput(instances: string[]): ClassificationInput {
    return <ClassificationInput>{ instances: instances };
  }

  protected refusalIn(answer: string): ModelError | null {
    return findError(answer);
  }
}

@json
export class ClassificationInput {
  instances!: string[];
}

@json
export class ClassificationOutput {
  /** One for each instance, in their order. */
  predictions: ClassifierResult[] = [];
}

@json
export class ClassifierResult {
  label: string = "";
  confidence: f32 = 0;
  probabilities: ClassifierLabel[] = [];
}

@json
export class ClassifierLabel {
  label: string = "";
  probability: f32 = 0;
}
