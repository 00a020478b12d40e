/* Answers of models of Anthropic, as they come. */

import { JSON } from "json-as";

import { EventStream, failBrokenOff } from "../../../assembly/events";
import { TextStream } from "../../../assembly/textstream";
import { AnthropicMessagesModel, AnthropicMessagesOutput, ContentBlock, Usage } from "../messages";

@json
class MessageEvent {
  type: string = "";
  index: i32 = 0;
  message: AnthropicMessagesOutput | null = null;

  @alias("content_block")
  block: ContentBlock | null = null;

  delta: Delta | null = null;
  usage: Usage | null = null;
}

@json
class Delta {
  text: string | null = null;

  @alias("partial_json")
  partialJson: string | null = null;

  thinking: string | null = null;
  signature: string | null = null;

  @alias("stop_reason")
  stopReason: string | null = null;

  @alias("stop_sequence")
  stopSequence: string | null = null;
}

/** The text of an answer, and the rest of it. */
export class MessageStream extends TextStream {
  /**
   * Whether `output` gets the text as well, which `next` gives piece by piece. Without, an answer
   * of any length takes no memory.
   */
  keepText: bool = true;

  private gathered: AnthropicMessagesOutput = new AnthropicMessagesOutput();
  /** What is still to be added to the last block: to add each piece at once would take long. */
  private texts: string[] = [];
  private inputs: string[] = [];
  private isWhole: bool = false;

  constructor(
    private model: AnthropicMessagesModel,
    private events: EventStream,
  ) {
    super();
  }

  /** What has come so far. It is whole once `next` has given null. */
  get output(): AnthropicMessagesOutput {
    this.settle();
    return this.gathered;
  }

  next(): string | null {
    for (let event = this.events.next(); event !== null; event = this.events.next()) {
      this.model.received(event);
      const found = JSON.parse<MessageEvent>(event.data);
      if (found.type == "message_stop") {
        this.isWhole = true;
        this.events.finish();
        return null;
      }
      const text = this.add(found);
      if (text !== null && text.length > 0) return text;
    }
    if (!this.isWhole) failBrokenOff();
    return null;
  }

  close(): void {
    this.isWhole = true; // as far as it is wanted
    this.events.close();
  }

  /** Takes an event; the text that it adds. */
  private add(event: MessageEvent): string | null {
    const message = event.message;
    const block = event.block;
    const delta = event.delta;
    if (message !== null) this.gathered = message;
    if (block !== null) {
      this.settle();
      this.inputs = [];
      this.gathered.content.push(block);
    }
    // Tokens of the request are told at the beginning, those of the answer at the end.
    const usage = event.usage;
    if (usage !== null) this.gathered.usage.outputTokens = usage.outputTokens;
    if (delta === null) return null;
    const text = delta.text;
    const json = delta.partialJson;
    if (text !== null && this.keepText) this.texts.push(text);
    if (json !== null) this.inputs.push(json);
    this.addThought(delta);
    const reason = delta.stopReason;
    if (reason !== null) this.gathered.stopReason = reason;
    if (delta.stopSequence !== null) this.gathered.stopSequence = delta.stopSequence;
    return text;
  }

  private addThought(delta: Delta): void {
    const content = this.gathered.content;
    if (content.length == 0) return;
    const block = content[content.length - 1];
    block.thinking = joined(block.thinking, delta.thinking);
    block.signature = joined(block.signature, delta.signature);
  }

  /** Put what has come into the block that it belongs to. Blocks come one after the other. */
  private settle(): void {
    const content = this.gathered.content;
    if (content.length > 0) {
      const block = content[content.length - 1];
      if (this.texts.length > 0) block.text += this.texts.join("");
      const input = this.inputs.join("");
      if (input.length > 0) block.input = JSON.Raw.from(input);
    }
    this.texts = [];
  }
}

function joined(text: string | null, more: string | null): string | null {
  if (more === null) return text;
  return text === null ? more : text + more;
}
