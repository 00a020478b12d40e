/* Requests as models get them, and answers as functions see them. */

import { models } from "@hypermode/modus-sdk-as";
import { OpenAIChatModel } from "@hypermode/modus-sdk-as/models/openai/chat";
import { TextGenerationModel } from "@hypermode/modus-sdk-as/models/meta/llama";

export * from "./anthropic";
export * from "./chat";
export * from "./embeddings";
export * from "./experimental";
export * from "./gemini";
export * from "./llama";
export * from "./messages";

export function unknown(): void {
  models.getModel<OpenAIChatModel>("none");
}

export function names(): string[] {
  const info = models.getModel<OpenAIChatModel>("m").info;
  return [info.name, info.fullName];
}

export function watched(debug: bool): string {
  const model = models.getModel<TextGenerationModel>("m");
  assert(!model.debug && model.validator === null);
  model.debug = debug;
  return model.invoke(model.createInput("✨")).generation;
}
