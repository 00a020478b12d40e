/* Functions that give their results one by one, as they come. */

import { models, stream, Stream, utils } from "@hypermode/modus-sdk-as";
import { OpenAIChatModel, UserMessage } from "@hypermode/modus-sdk-as/models/openai/chat";

/**
 * A number, and what is to be said with it.
 */
class Step {
  number: i32 = 0;
  text: string = "";
}

/**
 * Counts down.
 */
// @ts-ignore: decorator
@stream
export function countDown(from: i32 = 3): Stream<Step> {
  for (let number = from; number > 0; number--) {
    if (!stream.emit({ number: number, text: number == 1 ? "last one" : "wait" })) return;
  }
  stream.emit({ number: 0, text: "go!" });
}

/**
 * Tells a short story, word by word as the model finds them.
 */
// @ts-ignore: decorator
@stream
export function tellStory(topic: string): Stream<string> {
  if (topic.trim() == "") {
    utils.throwUserError("Say what the story is to be about.");
  }
  const model = models.getModel<OpenAIChatModel>("text-generator");
  const input = model.createInput([new UserMessage(`Tell a story of three sentences: ${topic}`)]);
  input.maxTokens = 120;
  const pieces = model.stream(input);
  for (let piece = pieces.next(); piece !== null; piece = pieces.next()) {
    stream.emit(piece);
  }
}
