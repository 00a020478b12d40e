/* What all models have in common, by a model of the app's own. */

import { models } from "@hypermode/modus-sdk-as";
import { Model, ModelError, ModelInfo } from "@hypermode/modus-sdk-as/assembly/models";
import { JSON } from "json-as";

@json
class Question {
  text: string = "";
}

@json
class Answer {
  text: string = "";
  raw: JSON.Raw = new JSON.Raw("null");
}

class Oracle extends Model<Question, Answer> {
  ask(text: string): Answer {
    const question: Question = { text };
    return this.invoke(question);
  }
}

class Refusal extends ModelError {
  constructor(private data: string) {
    super();
  }

  toString(): string {
    return "refused: " + this.data;
  }
}

function refuse(data: string): ModelError | null {
  return data.includes("no") ? new Refusal(data) : null;
}

/** A class of the SDK in a signature. */
export function info(name: string): ModelInfo {
  return models.getModel<Oracle>(name).info;
}

export function ask(name: string, text: string): string {
  const answer = models.getModel<Oracle>(name).ask(text);
  return answer.text + "|" + answer.raw.data;
}

export function askInDebug(text: string): string {
  const oracle = models.getModel<Oracle>("oracle");
  assert(!oracle.debug);
  oracle.debug = true;
  return oracle.ask(text).text;
}

export function askWithCheck(text: string): string {
  const oracle = models.getModel<Oracle>("oracle");
  assert(oracle.validator === null);
  oracle.validator = refuse;
  return oracle.ask(text).text;
}
