import { describe, expect, test } from "vitest";
import { eventParser, readEvents, type ServerEvent } from "./sse.ts";

function parsed(...parts: string[]): ServerEvent[] {
  const events: ServerEvent[] = [];
  const parse = eventParser((event) => events.push(event));
  for (const part of parts) {
    parse(part);
  }
  return events;
}

describe("eventParser", () => {
  test("reads events and their names", () => {
    expect(parsed('event: state\ndata: {"a":1}\n\ndata:x\n\n')).toEqual([
      { event: "state", data: '{"a":1}' },
      { event: "message", data: "x" },
    ]);
  });

  test("joins lines of data, and takes one space from their start", () => {
    expect(parsed("data: a\ndata:  b\ndata\n\n")).toEqual([{ event: "message", data: "a\n b\n" }]);
  });

  test("leaves out comments, other fields, and events without data", () => {
    expect(parsed(":\n\n: hello\nid: 7\nretry: 10\nevent: x\n\ndata: y\n\n")).toEqual([
      { event: "message", data: "y" },
    ]);
  });

  test("does not give an event whose end has not come", () => {
    expect(parsed("data: a\n\ndata: b\n")).toEqual([{ event: "message", data: "a" }]);
  });

  test("gives the same wherever the text is cut, and however its lines end", () => {
    const text = "\uFEFFevent: a\r\ndata: 1\r\n\r\n:x\rdata: 2\rdata: 3\r\rdata: ü\n\n";
    const whole = parsed(text);
    expect(whole.map(({ data }) => data)).toEqual(["1", "2\n3", "ü"]);
    for (let at = 0; at <= text.length; at += 1) {
      for (let next = at; next <= text.length; next += 1) {
        expect(parsed(text.slice(0, at), text.slice(at, next), text.slice(next))).toEqual(whole);
      }
    }
  });
});

test("readEvents reads a body to its end, also where a character is cut in two", async () => {
  const bytes = new TextEncoder().encode("data: ü\n\n:\n\n");
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const byte of bytes) {
        controller.enqueue(new Uint8Array([byte]));
      }
      controller.close();
    },
  });
  const events: ServerEvent[] = [];
  let pieces = 0;
  await readEvents(
    body,
    (event) => events.push(event),
    () => {
      pieces += 1;
    },
  );
  expect(events).toEqual([{ event: "message", data: "ü" }]);
  expect(pieces).toBe(bytes.length);
});
