/* Errors that services send as answers. */

import { JSON } from "json-as";

import { ModelError } from "../assembly/models";

@json
class ErrorDetails {
  message: string = "";
}

@json
class ErrorAnswer {
  error: JSON.Raw | null = null;
}

/** What a service says of why it did not answer. */
export class ProviderError extends ModelError {
  constructor(private message: string) {
    super();
  }

  toString(): string {
    return this.message;
  }
}

/** The error that an answer is; null if it is none. */
export function findError(data: string): ModelError | null {
  if (data.indexOf('"error"') < 0) return null;
  const found = JSON.parse<ErrorAnswer>(data).error;
  return found === null ? null : new ProviderError(messageOf(found.data));
}

/** Most services send an object with a message, some a text. */
function messageOf(error: string): string {
  if (error.startsWith('"')) return JSON.parse<string>(error);
  const message = error.startsWith("{") ? JSON.parse<ErrorDetails>(error).message : "";
  return message.length > 0 ? message : error;
}
