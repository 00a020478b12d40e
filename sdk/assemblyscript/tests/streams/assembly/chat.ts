import { models, stream, Stream } from "@hypermode/modus-sdk-as";
import {
  ChatStream,
  OpenAIChatModel,
  OpenAIChatOutput,
  Tool,
  UserMessage,
} from "@hypermode/modus-sdk-as/models/openai/chat";

function asked(text: string): ChatStream {
  const model = models.getModel<OpenAIChatModel>("chat");
  return model.stream(model.createInput([new UserMessage(text)]));
}

@stream
export function chat(text: string): Stream<string> {
  const pieces = asked(text);
  for (let piece = pieces.next(); piece !== null; piece = pieces.next()) stream.emit(piece);
}

/** Without the text in its memory. */
@stream
export function chatLong(): Stream<string> {
  const pieces = asked("x");
  pieces.keepText = false;
  for (let piece = pieces.next(); piece !== null; piece = pieces.next()) stream.emit(piece);
  assert(pieces.output.choices[0].message.content == "");
  assert(pieces.output.choices[0].finishReason == "stop");
}

export function chatWhole(text: string): string {
  return asked(text).rest();
}

export function chatOutput(logprobs: bool, n: i32): OpenAIChatOutput {
  const model = models.getModel<OpenAIChatModel>("chat");
  const input = model.createInput([new UserMessage("x")]);
  input.tools = [Tool.forFunction("f", "")];
  input.logprobs = logprobs;
  input.n = n;
  model.setField("reasoning_effort", "low");
  const pieces = model.stream(input);
  const text = pieces.rest();
  assert(pieces.next() === null);
  assert(text == pieces.output.choices[0].message.content);
  return pieces.output;
}

export function chatChunks(): string[] {
  const pieces = asked("x");
  const found: string[] = [];
  for (let chunk = pieces.nextChunk(); chunk !== null; chunk = pieces.nextChunk()) {
    const usage = chunk.usage;
    const content = chunk.choices.length > 0 ? chunk.choices[0].delta.content : null;
    found.push((content === null ? "-" : content) + (usage === null ? "" : usage.totalTokens.toString()));
  }
  return found;
}

export function chatLeft(): string {
  const pieces = asked("x");
  const first = pieces.next();
  pieces.close();
  assert(pieces.next() === null);
  return first === null ? "" : first;
}
