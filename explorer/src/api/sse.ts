/** One server-sent event. */
export interface ServerEvent {
  event: string;
  data: string;
}

/**
 * A reader of the event stream format of the HTML standard: give it text as it comes, and it calls
 * `onEvent` for each event that is complete. Comments, `id` and `retry` are of no use here.
 */
export function eventParser(onEvent: (event: ServerEvent) => void): (text: string) => void {
  let rest = "";
  let name = "";
  let data: string[] = [];
  let first = true;

  const line = (text: string) => {
    if (text === "") {
      if (data.length > 0) {
        onEvent({ event: name === "" ? "message" : name, data: data.join("\n") });
      }
      name = "";
      data = [];
      return;
    }
    const colon = text.indexOf(":");
    const field = colon === -1 ? text : text.slice(0, colon);
    const value = colon === -1 ? "" : text.slice(colon + 1).replace(/^ /, "");
    if (field === "event") {
      name = value;
    } else if (field === "data") {
      data.push(value);
    }
  };

  return (text) => {
    if (first && text !== "") {
      rest = text.replace(/^\uFEFF/, "");
      first = false;
    } else {
      rest += text;
    }
    let start = 0;
    for (;;) {
      const end = endOfLine(rest, start);
      if (end === null) {
        break;
      }
      line(rest.slice(start, end.at));
      start = end.next;
    }
    rest = rest.slice(start);
  };
}

/** Where the line ends; null while a carriage return may be the first half of an end. */
function endOfLine(text: string, from: number): { at: number; next: number } | null {
  const feed = text.indexOf("\n", from);
  const carriage = text.indexOf("\r", from);
  if (carriage === -1 || (feed !== -1 && feed < carriage)) {
    return feed === -1 ? null : { at: feed, next: feed + 1 };
  }
  if (carriage === text.length - 1) {
    return null;
  }
  return { at: carriage, next: text[carriage + 1] === "\n" ? carriage + 2 : carriage + 1 };
}

/** Read `body` to its end. Calls `onBytes` for anything that comes, heartbeats too. */
export async function readEvents(
  body: ReadableStream<Uint8Array>,
  onEvent: (event: ServerEvent) => void,
  onBytes: () => void = () => {},
): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const parse = eventParser(onEvent);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        return;
      }
      onBytes();
      parse(decoder.decode(value, { stream: true }));
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}
