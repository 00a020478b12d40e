/* Models by the names that modus.json gives them. What goes in and comes out is JSON. */

import { JSON } from "json-as";

import { resultIsInvalid, throwUserError } from "./utils";

// @ts-ignore: decorator
@external("modus_models", "getModelInfo")
declare function hostGetModelInfo(modelName: string): ModelInfo;

// @ts-ignore: decorator
@external("modus_models", "invokeModel")
declare function hostInvokeModel(modelName: string, input: string): string | null;

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

  constructor(public info: ModelInfo) {}

  /** Asks the model. Throws when it does not answer. */
  invoke(input: TInput): TOutput {
    const name = this.info.name;
    const inputJson = JSON.stringify<TInput>(input);
    if (this.debug) console.debug("Invoking " + name + " model with input: " + inputJson);
    const outputJson = hostInvokeModel(name, inputJson);
    if (outputJson === null) throw new Error("Failed to invoke " + name + " model.");
    if (outputJson.length == 0) {
      throw new Error("No response received from model invocation (" + name + ").");
    }
    if (this.debug) console.debug("Received output: " + outputJson);
    const validate = this.validator;
    if (validate !== null) {
      const problem = validate(outputJson);
      if (problem !== null) {
        throwUserError("The chat model returned an error: " + problem.toString());
      }
    }
    return JSON.parse<TOutput>(outputJson);
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
