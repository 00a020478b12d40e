/* Goes through the entries of a JSON object. */

import {
  BACKSLASH,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  OPEN_OBJECT,
  QUOTE,
  endOfString,
  endOfValue,
  failAt,
  peek,
  skipSpace,
} from "./scan";
import { readString } from "./text";

/** Stands at an entry once `next` has said that there is one. The text must outlive it. */
export class Entries {
  /** The key's text as it is written, between its quotes. */
  keyStart: usize = 0;
  keyEnd: usize = 0;
  valueStart: usize = 0;
  valueEnd: usize = 0;
  private decoded: string | null = null;
  private isFirst: bool = true;

  constructor(private at: usize, private end: usize) {
    this.at = skipSpace(at, end);
    if (peek(this.at, end) != OPEN_OBJECT) failAt("an object", this.at, end);
    this.at += 2;
  }

  next(): bool {
    const end = this.end;
    let at = skipSpace(this.at, end);
    if (peek(at, end) == CLOSE_OBJECT) return false;
    if (!this.isFirst) {
      if (peek(at, end) != COMMA) failAt("','", at, end);
      at = skipSpace(at + 2, end);
    }
    this.isFirst = false;
    if (peek(at, end) != QUOTE) failAt("a key", at, end);
    const behind = endOfString(at, end);
    this.keyStart = at + 2;
    this.keyEnd = behind - 2;
    this.decoded = hasEscape(at, behind) ? readString(at, behind) : null;
    at = skipSpace(behind, end);
    if (peek(at, end) != COLON) failAt("':'", at, end);
    this.valueStart = skipSpace(at + 2, end);
    this.valueEnd = endOfValue(this.valueStart, end);
    this.at = this.valueEnd;
    return true;
  }

  /** Whether the entry has this key. */
  is(name: string): bool {
    const decoded = this.decoded;
    if (decoded !== null) return decoded == name;
    const size = this.keyEnd - this.keyStart;
    return (
      size == <usize>name.length << 1 &&
      memory.compare(this.keyStart, changetype<usize>(name), size) == 0
    );
  }

  key(): string {
    const decoded = this.decoded;
    return decoded !== null ? decoded : readString(this.keyStart - 2, this.keyEnd + 2);
  }
}

function hasEscape(at: usize, end: usize): bool {
  for (; at < end; at += 2) if (load<u16>(at) == BACKSLASH) return true;
  return false;
}
