import { models } from "@hypermode/modus-sdk-as";
import {
  TextGenerationInput,
  TextGenerationModel,
  TextGenerationOutput,
} from "@hypermode/modus-sdk-as/models/meta/llama";

export function llama(): string {
  const model = models.getModel<TextGenerationModel>("m");
  model.invoke(model.createInput("p"));
  const input: TextGenerationInput = model.createInput('"p"');
  input.temperature = 0.1;
  input.topP = 0;
  input.maxGenLen = 9;
  const out: TextGenerationOutput = model.invoke(input);
  return `${out.generation} ${out.promptTokenCount} ${out.generationTokenCount} ${out.stopReason}`;
}
