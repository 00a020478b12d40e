/* Finds excuses, by asking a language model from inside the sandbox. */

import { models, utils } from "@hypermode/modus-sdk-as";
import {
  OpenAIChatModel,
  SystemMessage,
  UserMessage,
} from "@hypermode/modus-sdk-as/models/openai/chat";

/**
 * Find a few excuses for staying away from an event.
 */
export function generateExcuses(event: string): string {
  event = event.trim();
  if (event == "") {
    utils.throwUserError("Say which event to find excuses for.");
  }
  const model = models.getModel<OpenAIChatModel>("text-generator");
  const input = model.createInput([
    new SystemMessage("You invent short, harmless, funny excuses. Answer with a list of three."),
    new UserMessage(`I want to miss ${event}. What could I say?`),
  ]);
  input.temperature = 0.8;
  input.maxTokens = 160;
  return model.invoke(input).choices[0].message.content;
}
