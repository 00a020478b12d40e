/* Models by the names that modus.json gives them. What goes in and comes out is JSON. */

import { JSON } from "json-as";

import { Chunks } from "./chunks";
import { EventStream, ServerEvent } from "./events";
import { Members } from "./members";
import { resultIsInvalid, throwUserError } from "./utils";

// @ts-ignore: decorator
@external("modus_models", "getModelInfo")
declare function hostGetModelInfo(modelName: string): ModelInfo;

// @ts-ignore: decorator
@external("modus_models", "invokeModel")
declare function hostInvokeModel(modelName: string, input: string): string | null;

// @ts-ignore: decorator
@external("atoll_models", "stream")
declare function hostStreamModel(modelName: string, input: string): i32;

/** What there is to know about a model. */
export class ModelInfo {
  /** As modus.json names it. */
  readonly name!: string;

  /** As its provider names it. */
  readonly fullName!: string;
}

/** Why a model's answer is of no use. */
export abstract class ModelError {
  abstract toString(): string;
}

/** The base of all models: `TInput` and `TOutput` are classes that JSON can carry. */
export abstract class Model<TInput = unknown, TOutput = unknown> {
  /** Whether to log what goes in and comes out. */
  debug: bool = false;

  /** Looks at an answer before it is read; what it returns becomes the error of the call. */
  validator: ((data: string) => ModelError | null) | null = null;

  /** The text of the last answer: it may say what its class has no field for. */
  lastAnswer: string = "";

  private fields: Members | null = null;

  constructor(public info: ModelInfo) {}

  /**
   * Sets a field of all requests of this object, whether their class has it or not. It takes the
   * place of a field that the class has.
   */
  setField<T>(name: string, value: T): void {
    this.ownFields().set(name, JSON.stringify<T>(value));
  }

  /** Whether `setField` has set a field. */
  hasField(name: string): bool {
    const fields = this.fields;
    return fields !== null && fields.has(name);
  }

  /** Asks the model. Throws when it does not answer. */
  invoke(input: TInput): TOutput {
    const name = this.info.name;
    const inputJson = this.requestOf(input);
    const outputJson = hostInvokeModel(name, inputJson);
    if (outputJson === null) throw new Error("Failed to invoke " + name + " model.");
    if (outputJson.length == 0) {
      throw new Error("No response received from model invocation (" + name + ").");
    }
    if (this.debug) console.debug("Received output: " + outputJson);
    this.lastAnswer = outputJson;
    this.validate(outputJson);
    const refusal = this.refusalIn(outputJson);
    if (refusal !== null) {
      throw new Error("Failed to invoke " + name + " model: " + refusal.toString());
    }
    return JSON.parse<TOutput>(outputJson);
  }

  /**
   * What a service says of why it does not answer, in the form of an answer; null if it answers.
   * For models without a `validator`, which the function's caller would be told of.
   */
  protected refusalIn(answer: string): ModelError | null {
    return null;
  }

  /**
   * Asks the model for its answer as it comes, as the events of its provider; `stream`, where a
   * model has it, makes text of them. Throws when the model cannot be asked; that it does not
   * answer is told when the events are read.
   *
   * `asking` are fields of this request that ask for a stream, such as `"stream": true`.
   */
  events(input: TInput, asking: Members | null = null): EventStream {
    const handle = hostStreamModel(this.info.name, this.requestOf(input, asking));
    if (handle == 0) throw new Error("Failed to invoke " + this.info.name + " model.");
    return new EventStream(new Chunks(handle));
  }

  /** For streams of this model: takes note of an event, and looks whether it is an error. */
  received(event: ServerEvent): void {
    if (this.debug) console.debug("Received event: " + event.data);
    this.lastAnswer = event.data;
    this.validate(event.data);
  }

  private requestOf(input: TInput, asking: Members | null = null): string {
    const fields = this.fields;
    let json = JSON.stringify<TInput>(input);
    if (asking !== null) json = asking.addedTo(json);
    if (fields !== null) json = fields.addedTo(json);
    if (this.debug) console.debug("Invoking " + this.info.name + " model with input: " + json);
    return json;
  }

  private validate(answer: string): void {
    const validate = this.validator;
    if (validate === null) return;
    const problem = validate(answer);
    if (problem !== null) {
      throwUserError("The chat model returned an error: " + problem.toString());
    }
  }

  private ownFields(): Members {
    const known = this.fields;
    if (known !== null) return known;
    const fields = new Members();
    this.fields = fields;
    return fields;
  }
}

class ModelFactory {
  /** The model that modus.json gives this name. Throws when there is none. */
  getModel<T>(modelName: string): T {
    const info = hostGetModelInfo(modelName);
    if (resultIsInvalid(info)) throw new Error("Model " + modelName + " not found.");
    return instantiate<T>(info);
  }
}

const factory = new ModelFactory();
export default factory;
