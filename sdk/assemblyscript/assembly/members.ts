/* Members of JSON objects that their classes do not have. */

import { JSON } from "json-as";

import { Entries } from "../json/entries";

/** Members by name, their values as JSON texts. */
export class Members {
  private names: string[] = [];
  private values: string[] = [];

  has(name: string): bool {
    return this.names.includes(name);
  }

  set(name: string, json: string): void {
    const at = this.names.indexOf(name);
    if (at < 0) {
      this.names.push(name);
      this.values.push(json);
    } else {
      this.values[at] = json;
    }
  }

  /** The text of an object with these members, instead of those of the same name that it has. */
  addedTo(object: string): string {
    const start = changetype<usize>(object);
    const entries = new Entries(start, start + (<usize>object.length << 1));
    const members: string[] = [];
    while (entries.next()) {
      if (this.has(entries.key())) continue;
      const from = <i32>((entries.keyStart - start) >> 1) - 1; // with its quote
      members.push(object.substring(from, <i32>((entries.valueEnd - start) >> 1)));
    }
    for (let i = 0; i < this.names.length; i++) {
      members.push(JSON.stringify(this.names[i]) + ":" + this.values[i]);
    }
    return "{" + members.join(",") + "}";
  }
}
