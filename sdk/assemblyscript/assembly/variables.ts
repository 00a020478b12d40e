/* The values of variables that a query or an operation names. */

import { JSON } from "json-as";

import { jsonOf } from "./jsontext";

/** Values by the names of variables. */
export class Variables {
  private data: Map<string, JSON.Raw> = new Map<string, JSON.Raw>();

  set<T>(name: string, value: T): void {
    this.data.set(name, JSON.Raw.from(jsonOf<T>(value)));
  }

  toJSON(): string {
    return JSON.stringify(this.data);
  }
}
