/* Answers of chats, as they come. */

import { JSON } from "json-as";

import { EventStream, failBrokenOff } from "../../../assembly/events";
import { TextStream } from "../../../assembly/textstream";
import { Choice, Logprobs, LogprobsContent, OpenAIChatModel, OpenAIChatOutput, Usage } from "../chat";
import { AudioOutput, CompletionMessage } from "./messages";
import { ToolCall } from "./tools";

const END = "[DONE]";

/** What a model adds to its answer at once. */
@json
export class ChatChunk {
  choices: ChunkChoice[] = [];

  /** Of the whole answer, in its last chunk. */
  usage: Usage | null = null;
}

@json
export class ChunkChoice {
  index: i32 = 0;
  delta: ChunkDelta = new ChunkDelta();

  @alias("finish_reason")
  finishReason: string | null = null;

  logprobs: Logprobs | null = null;
}

/** What is added to a message. */
@json
export class ChunkDelta {
  content: string | null = null;
  refusal: string | null = null;

  @alias("tool_calls")
  toolCalls: ToolCallDelta[] = [];

  audio: AudioOutput | null = null;
}

@json
class ToolCallDelta {
  index: i32 = 0;
  id: string | null = null;
  type: string | null = null;
  function: FunctionDelta = new FunctionDelta();
}

@json
class FunctionDelta {
  name: string | null = null;
  arguments: string | null = null;
}

/** The text of an answer, and the rest of it. */
export class ChatStream extends TextStream {
  /**
   * Whether `output` gets the text as well, which `next` gives piece by piece. Without, an answer
   * of any length takes no memory.
   */
  keepText: bool = true;

  private gathered: OpenAIChatOutput = new OpenAIChatOutput();
  /** Texts of choices, in pieces: to add each to the others at once would take long. */
  private texts: string[][] = [];
  private isFirst: bool = true;
  private isWhole: bool = false;

  constructor(
    private model: OpenAIChatModel,
    private events: EventStream,
  ) {
    super();
  }

  /** What has come so far. It is whole once `next` has given null. */
  get output(): OpenAIChatOutput {
    const choices = this.gathered.choices;
    for (let i = 0; i < choices.length; i++) {
      if (this.texts[i].length > 0) choices[i].message.content += this.texts[i].join("");
      this.texts[i] = [];
    }
    return this.gathered;
  }

  /** Of the first choice, if several were asked for. */
  next(): string | null {
    for (let chunk = this.nextChunk(); chunk !== null; chunk = this.nextChunk()) {
      for (let i = 0; i < chunk.choices.length; i++) {
        const content = chunk.choices[i].delta.content;
        if (chunk.choices[i].index == 0 && content !== null && content.length > 0) return content;
      }
    }
    return null;
  }

  /** All that comes at once, where `next` gives the text only; null at the end. */
  nextChunk(): ChatChunk | null {
    const event = this.events.next();
    if (event === null) {
      if (!this.isWhole) failBrokenOff();
      return null;
    }
    if (event.data == END) {
      this.isWhole = true;
      this.events.finish();
      return null;
    }
    this.model.received(event);
    if (this.isFirst) this.begin(event.data);
    const chunk = JSON.parse<ChatChunk>(event.data);
    this.add(chunk);
    return chunk;
  }

  close(): void {
    this.isWhole = true; // as far as it is wanted
    this.events.close();
  }

  /** Every chunk says what the whole answer says of itself. */
  private begin(data: string): void {
    this.isFirst = false;
    this.gathered = JSON.parse<OpenAIChatOutput>(data);
    this.gathered.choices = [];
  }

  private add(chunk: ChatChunk): void {
    const usage = chunk.usage;
    if (usage !== null) this.gathered.usage = usage;
    for (let i = 0; i < chunk.choices.length; i++) {
      const added = chunk.choices[i];
      const at = this.placeOf(added.index);
      const choice = this.gathered.choices[at];
      const content = added.delta.content;
      const reason = added.finishReason;
      const logprobs = added.logprobs;
      if (reason !== null) {
        choice.finishReason = reason;
        this.isWhole = true; // some servers leave the mark of the end out
      }
      if (logprobs !== null) addLogprobs(choice, logprobs);
      if (content !== null && this.keepText) this.texts[at].push(content);
      addDelta(choice.message, added.delta);
    }
  }

  private placeOf(index: i32): i32 {
    const choices = this.gathered.choices;
    for (let i = 0; i < choices.length; i++) if (choices[i].index == index) return i;
    const choice = new Choice();
    choice.index = index;
    this.texts.push([]);
    return choices.push(choice) - 1;
  }
}

function addDelta(message: CompletionMessage, delta: ChunkDelta): void {
  const refusal = delta.refusal;
  if (refusal !== null) message.refusal = joined(message.refusal, refusal);
  for (let i = 0; i < delta.toolCalls.length; i++) addToolCall(message, delta.toolCalls[i]);
  const audio = delta.audio;
  if (audio === null) return;
  const known = message.audio;
  if (known === null) message.audio = audio;
  else known.__add(audio);
}

function addToolCall(message: CompletionMessage, delta: ToolCallDelta): void {
  const calls = message.toolCalls;
  // A number beyond the next one is none that a model gives.
  if (delta.index >= calls.length) calls.push(new ToolCall());
  const call = calls[max(min(delta.index, calls.length - 1), 0)];
  const id = delta.id;
  const type = delta.type;
  const name = delta.function.name;
  const args = delta.function.arguments;
  if (id !== null && id.length > 0) call.id = id;
  if (type !== null && type.length > 0) call.type = type;
  if (name !== null) call.function.name += name;
  if (args !== null) call.function.arguments += args;
}

function addLogprobs(choice: Choice, added: Logprobs): void {
  const known = choice.logprobs;
  if (known === null) {
    choice.logprobs = added;
    return;
  }
  const more = added.content;
  if (more === null) return;
  const content = known.content;
  known.content = content === null ? more : content.concat(more);
}

function joined(text: string | null, more: string): string {
  return text === null ? more : text + more;
}
