import { models } from "@hypermode/modus-sdk-as";
import {
  ClassificationInput,
  ClassificationModel,
  ClassificationOutput,
  ClassifierLabel,
  ClassifierResult,
} from "@hypermode/modus-sdk-as/models/experimental/classification";
import {
  EmbeddingsInput,
  EmbeddingsModel,
  EmbeddingsOutput,
} from "@hypermode/modus-sdk-as/models/experimental/embeddings";

export function classify(): string {
  const model = models.getModel<ClassificationModel>("m");
  const input: ClassificationInput = model.createInput(["a", '"']);
  const out: ClassificationOutput = model.invoke(input);
  const result: ClassifierResult = out.predictions[0];
  const label: ClassifierLabel = result.probabilities[0];
  return `${out.predictions.length} ${result.label} ${result.confidence} ${label.label} ${label.probability}`;
}

export function vectors(): f32[][] {
  const model = models.getModel<EmbeddingsModel>("m");
  const input: EmbeddingsInput = model.createInput(["a", "b"]);
  const out: EmbeddingsOutput = model.invoke(input);
  return out.predictions;
}
