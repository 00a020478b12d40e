/* Answers of OpenAI's API "Responses", as they come. */

import { JSON } from "json-as";

import { EventStream, failBrokenOff } from "../../../assembly/events";
import { TextStream } from "../../../assembly/textstream";
import { throwUserError } from "../../../assembly/utils";
import { findError } from "../../error";
import { OpenAIResponsesModel, OpenAIResponsesOutput } from "../responses";

@json
class ResponseEvent {
  type: string = "";
  delta: string = "";
  message: string = "";
  response: JSON.Raw | null = null;
}

/** The text of an answer, and the rest of it. */
export class ResponseStream extends TextStream {
  /** The answer, once `next` has given null; before that, what is known at its beginning. */
  output: OpenAIResponsesOutput = new OpenAIResponsesOutput();

  private isWhole: bool = false;

  constructor(
    private model: OpenAIResponsesModel,
    private events: EventStream,
  ) {
    super();
  }

  next(): string | null {
    for (let event = this.events.next(); event !== null; event = this.events.next()) {
      this.model.received(event);
      const found = JSON.parse<ResponseEvent>(event.data);
      if (found.type == "response.output_text.delta" && found.delta.length > 0) return found.delta;
      if (found.type == "error") fail(found.message);
      const response = found.response;
      if (response === null) continue;
      const problem = findError(response.data);
      if (problem !== null) fail(problem.toString());
      this.output = JSON.parse<OpenAIResponsesOutput>(response.data);
      if (this.output.status != "in_progress" && this.output.status != "queued") {
        this.isWhole = true;
        this.events.finish();
        return null;
      }
    }
    if (!this.isWhole) failBrokenOff();
    return null;
  }

  close(): void {
    this.isWhole = true; // as far as it is wanted
    this.events.close();
  }
}

function fail(message: string): void {
  throwUserError("The chat model returned an error: " + message);
}
