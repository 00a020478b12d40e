/* Server-sent events (HTML standard, section 9.2), in which models answer piece by piece. */

import { Chunks } from "./chunks";

const BYTE_ORDER_MARK = 0xfeff;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const LONGEST_EXCERPT = 300;

/** What a server says at once. */
export class ServerEvent {
  constructor(
    /** Its type, "" if it says none. */
    public name: string,
    public data: string,
  ) {}
}

/** Events as they come. */
export class EventStream {
  private text: string = "";
  private at: i32 = 0;
  /** The beginning of a line whose end is still to come. */
  private begun: string[] = [];
  private skipLineFeed: bool = false;
  private isFirst: bool = true;
  private isEmpty: bool = true;
  private isClosed: bool = false;
  private stray: string = "";

  constructor(private chunks: Chunks) {}

  /**
   * Waits for the next event; null at the end. Throws when the stream fails, or is not one of
   * events at all.
   */
  next(): ServerEvent | null {
    if (this.isClosed) return null;
    let name = "";
    const data: string[] = [];
    for (let line = this.nextLine(); line !== null; line = this.nextLine()) {
      if (line.length == 0) {
        if (data.length > 0) return this.event(name, data);
        name = "";
        continue;
      }
      const colon = line.indexOf(":");
      const field = colon < 0 ? line : line.substring(0, colon);
      const start = colon < 0 ? line.length : colon + 1;
      const value = line.substring(line.charCodeAt(start) == 0x20 ? start + 1 : start);
      if (field == "data") data.push(value);
      else if (field == "event") name = value;
      else if (field != "" && field != "id" && field != "retry") this.stray = line;
    }
    // Some servers leave out the empty line behind the last event.
    if (data.length > 0) return this.event(name, data);
    if (this.isEmpty && this.stray.length > 0) {
      throw new Error("The answer is not a stream of events: " + excerpt(this.stray));
    }
    return null;
  }

  /**
   * Waits for the end, once an event has said that nothing else comes. Who is closed before its
   * end is taken for given up.
   */
  finish(): void {
    this.isClosed = true;
    this.chunks.finish();
  }

  /** Ends the stream, and what feeds it. */
  close(): void {
    this.isClosed = true;
    this.chunks.close();
  }

  private event(name: string, data: string[]): ServerEvent {
    this.isEmpty = false;
    return new ServerEvent(name, data.length == 1 ? data[0] : data.join("\n"));
  }

  /** Without its end: a line feed, a carriage return, or both. */
  private nextLine(): string | null {
    while (true) {
      const text = this.text;
      const start = this.at;
      const end = endOfLine(text, start);
      if (end < text.length) {
        this.at = end + 1;
        if (text.charCodeAt(end) == CARRIAGE_RETURN) this.passLineFeed();
        return this.whole(text.substring(start, end));
      }
      if (start < text.length) this.begun.push(start > 0 ? text.substring(start) : text);
      if (!this.more()) return this.begun.length > 0 ? this.whole("") : null;
    }
  }

  private more(): bool {
    const next = this.chunks.next();
    this.at = 0;
    this.text = next === null ? "" : next;
    if (next === null) return false;
    if (this.isFirst && next.charCodeAt(0) == BYTE_ORDER_MARK) this.at = 1;
    this.isFirst = false;
    if (this.skipLineFeed) this.passLineFeed();
    return true;
  }

  /** A line feed belongs to the carriage return before it, in whatever chunk that was. */
  private passLineFeed(): void {
    this.skipLineFeed = this.at >= this.text.length;
    if (!this.skipLineFeed && this.text.charCodeAt(this.at) == LINE_FEED) this.at++;
  }

  private whole(rest: string): string {
    if (this.begun.length == 0) return rest;
    this.begun.push(rest);
    const line = this.begun.join("");
    this.begun = [];
    return line;
  }
}

/** Throws for an answer whose stream ends before the model has said that it is whole. */
export function failBrokenOff(): void {
  throw new Error("The model's answer broke off before its end.");
}

function endOfLine(text: string, at: i32): i32 {
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code == LINE_FEED || code == CARRIAGE_RETURN) break;
  }
  return at;
}

function excerpt(text: string): string {
  return text.length > LONGEST_EXCERPT ? text.substring(0, LONGEST_EXCERPT) + "…" : text;
}
