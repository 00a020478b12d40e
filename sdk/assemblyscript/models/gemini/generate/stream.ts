/* Answers of models of Gemini, as they come. */

import { JSON } from "json-as";

import { EventStream, failBrokenOff } from "../../../assembly/events";
import { TextStream } from "../../../assembly/textstream";
import { Candidate, GeminiGenerateModel, GeminiGenerateOutput, ResponseContent } from "../generate";

/** The text of an answer, and the rest of it. */
export class GenerateStream extends TextStream {
  /**
   * Whether `output` gets the parts as well, of which `next` gives the text. Without, an answer of
   * any length takes no memory.
   */
  keepParts: bool = true;

  /** What has come so far. It is whole once `next` has given null. */
  output: GeminiGenerateOutput = new GeminiGenerateOutput();

  private isWhole: bool = false;

  constructor(
    private model: GeminiGenerateModel,
    private events: EventStream,
  ) {
    super();
  }

  /** Of the first candidate, if several were asked for, without thoughts. */
  next(): string | null {
    for (let event = this.events.next(); event !== null; event = this.events.next()) {
      this.model.received(event);
      const found = JSON.parse<GeminiGenerateOutput>(event.data);
      this.add(found);
      for (let i = 0; i < found.candidates.length; i++) {
        const content = found.candidates[i].content;
        if (found.candidates[i].index == 0 && content !== null) {
          const text = content.text;
          if (text.length > 0) return text;
        }
      }
    }
    if (!this.isWhole) failBrokenOff();
    return null;
  }

  close(): void {
    this.isWhole = true; // as far as it is wanted
    this.events.close();
  }

  private add(found: GeminiGenerateOutput): void {
    const feedback = found.promptFeedback;
    if (feedback !== null) {
      this.output.promptFeedback = feedback;
      if (feedback.blockReason.length > 0) this.isWhole = true; // there is no answer
    }
    if (found.usageMetadata.totalTokenCount > 0) this.output.usageMetadata = found.usageMetadata;
    for (let i = 0; i < found.candidates.length; i++) this.addCandidate(found.candidates[i]);
  }

  private addCandidate(added: Candidate): void {
    const candidate = this.candidate(added.index);
    if (added.finishReason !== null) {
      candidate.finishReason = added.finishReason;
      this.isWhole = true;
    }
    if (added.safetyRatings !== null) candidate.safetyRatings = added.safetyRatings;
    if (added.citationMetadata !== null) candidate.citationMetadata = added.citationMetadata;
    const content = added.content;
    if (content === null) return;
    let known = candidate.content;
    if (known === null) known = candidate.content = <ResponseContent>{ role: content.role };
    if (this.keepParts) for (let i = 0; i < content.parts.length; i++) known.parts.push(content.parts[i]);
  }

  private candidate(index: i8): Candidate {
    const candidates = this.output.candidates;
    for (let i = 0; i < candidates.length; i++) {
      if (candidates[i].index == index) return candidates[i];
    }
    const candidate = <Candidate>{ index: index };
    candidates.push(candidate);
    return candidate;
  }
}
