/* Requests to HTTP services, over the connections of the app's manifest. */

import { JSON } from "json-as";

import * as base64 from "./base64";
import { Chunks } from "./chunks";
import * as utf8 from "./utf8";
import { resultIsInvalid } from "./utils";

// @ts-ignore: decorator
@external("modus_http_client", "fetch")
declare function hostFetch(request: Request): Response;

// @ts-ignore: decorator
@external("atoll_http", "stream")
declare function hostStream(request: Request): StreamHead;

/**
 * Sends a request and waits for its whole response. Every status is a response; see `Response.ok`.
 *
 * `requestOrUrl` is a `Request`, to which the options are then added, or a URL. Throws when there
 * is no response.
 */
export function fetch<T>(requestOrUrl: T, options: RequestOptions = new RequestOptions()): Response {
  const response = hostFetch(requestOf<T>(requestOrUrl, options));
  if (resultIsInvalid(response)) {
    throw new Error("HTTP fetch failed. Check the logs for more information.");
  }
  return response;
}

/**
 * Sends a request and waits for the beginning of its response, whose body is then read as it comes.
 * Takes the same as `fetch`. Throws when there is no response.
 */
export function stream<T>(
  requestOrUrl: T,
  options: RequestOptions = new RequestOptions(),
): StreamedResponse {
  const head = hostStream(requestOf<T>(requestOrUrl, options));
  if (resultIsInvalid(head)) {
    throw new Error("HTTP request failed. Check the logs for more information.");
  }
  return new StreamedResponse(head);
}

function requestOf<T>(requestOrUrl: T, options: RequestOptions): Request {
  if (isString<T>()) return new Request(changetype<string>(requestOrUrl), options);
  if (requestOrUrl instanceof Request) {
    return Request.clone(changetype<Request>(requestOrUrl), options);
  }
  throw new Error("fetch takes a URL or a Request, not " + nameof<T>() + ".");
}

/** A request: what to ask of which URL. */
export class Request {
  readonly url: string;
  /** In capitals. */
  readonly method: string;
  readonly headers: Headers;
  /** Empty when there is none. */
  readonly body: ArrayBuffer;

  constructor(url: string, options: RequestOptions = new RequestOptions()) {
    const method = options.method;
    const body = options.body;
    this.url = url;
    this.method = method !== null && method.length > 0 ? method.toUpperCase() : "GET";
    this.headers = options.headers;
    this.body = body !== null ? body.data : new ArrayBuffer(0);
  }

  /** The same request with other options; its headers stay unless the options have some. */
  static clone(request: Request, options: RequestOptions = new RequestOptions()): Request {
    const body = options.body;
    const headers = options.headers.isEmpty ? request.headers : options.headers;
    const method = options.method;
    const merged: RequestOptions = {
      method: method !== null ? method : request.method,
      headers: Headers.copyOf(headers),
      body: body !== null ? body : Content.from(request.body),
    };
    return new Request(request.url, merged);
  }

  /** The body. */
  bytes(): Uint8Array {
    return Uint8Array.wrap(this.body);
  }

  /** The body, taken for UTF-8. */
  text(): string {
    return utf8.decode(this.body);
  }

  /** The body, taken for JSON. */
  json<T>(): T {
    return JSON.parse<T>(this.text());
  }
}

/** What a request may say besides its URL. */
export class RequestOptions {
  /** GET when null. */
  method: string | null = null;
  headers: Headers = new Headers();
  body: Content | null = null;
}

/** The body of a request. */
export class Content {
  readonly data: ArrayBuffer;

  private constructor(data: ArrayBuffer) {
    this.data = data;
  }

  /** Of bytes, of a text (as UTF-8), or of any other value (as JSON). */
  static from<T>(value: T): Content {
    if (isString<T>()) {
      return new Content(utf8.encode(changetype<string>(value)));
    } else if (value instanceof ArrayBuffer) {
      return new Content(changetype<ArrayBuffer>(value));
    } else if (value instanceof Uint8Array) {
      const bytes = changetype<Uint8Array>(value);
      const start = bytes.byteOffset;
      return new Content(bytes.buffer.slice(start, start + bytes.byteLength));
    } else if (value instanceof Content) {
      return changetype<Content>(value);
    } else {
      return new Content(utf8.encode(JSON.stringify<T>(value)));
    }
  }

  bytes(): Uint8Array {
    return Uint8Array.wrap(this.data);
  }

  text(): string {
    return utf8.decode(this.data);
  }

  json<T>(): T {
    return JSON.parse<T>(this.text());
  }
}

/** The answer to a request. */
export class Response {
  readonly status: u16 = 0;
  /** The reason phrase, like `Not Found`. */
  readonly statusText: string = "";
  readonly headers: Headers = new Headers();
  readonly body: ArrayBuffer = new ArrayBuffer(0);

  /** Whether the status is of success: 200 to 299. */
  get ok(): bool {
    return this.status >= 200 && this.status <= 299;
  }

  /** The body. */
  bytes(): Uint8Array {
    return Uint8Array.wrap(this.body);
  }

  /** The body, taken for UTF-8. */
  text(): string {
    return utf8.decode(this.body);
  }

  /** The body, taken for JSON. */
  json<T>(): T {
    return JSON.parse<T>(this.text());
  }
}

/** What the host says of a response whose body it streams. */
class StreamHead {
  status: u16 = 0;
  statusText: string = "";
  headers: Headers = new Headers();
  handle: i32 = 0;
}

/** The answer to a request, whose body comes in pieces. */
export class StreamedResponse {
  private chunks: Chunks;

  constructor(private head: StreamHead) {
    this.chunks = new Chunks(head.handle);
  }

  get status(): u16 {
    return this.head.status;
  }

  /** The reason phrase, like `Not Found`. */
  get statusText(): string {
    return this.head.statusText;
  }

  get headers(): Headers {
    return this.head.headers;
  }

  /** Whether the status is of success: 200 to 299. */
  get ok(): bool {
    return this.head.status >= 200 && this.head.status <= 299;
  }

  /**
   * Waits for the next bytes of the body; null at its end. Throws when the connection breaks.
   * Pieces end anywhere, within a character as well.
   */
  next(): Uint8Array | null {
    const text = this.chunks.next();
    return text === null ? null : base64.decode(text);
  }

  /** Ends the response without the rest of it. */
  close(): void {
    this.chunks.close();
  }
}

/** One header: its name as it was first written, and its values. */
export class Header {
  name: string = "";
  values: string[] = [];
}

/** Headers; the case of their names does not matter. */
export class Headers {
  private data: Map<string, Header> = new Map<string, Header>();

  /** Adds a value to those of a header. */
  append(name: string, value: string): void {
    const key = name.toLowerCase();
    if (this.data.has(key)) {
      this.data.get(key).values.push(value);
    } else {
      this.data.set(key, { name, values: [value] });
    }
  }

  /** Pairs of name and value: one for each value. */
  entries(): string[][] {
    const entries: string[][] = [];
    const headers = this.data.values();
    for (let i = 0; i < headers.length; i++) {
      const header = headers[i];
      for (let j = 0; j < header.values.length; j++) {
        entries.push([header.name, header.values[j]]);
      }
    }
    return entries;
  }

  /** A header's values, joined by commas; null when there is no such header. */
  get(name: string): string | null {
    const key = name.toLowerCase();
    return this.data.has(key) ? this.data.get(key).values.join(",") : null;
  }

  get isEmpty(): bool {
    return this.data.size == 0;
  }

  /** Of pairs of name and value, or of a map of names to a value or to several. */
  static from<T>(value: T): Headers {
    const headers = new Headers();
    if (value instanceof Headers) {
      return Headers.copyOf(changetype<Headers>(value));
    } else if (value instanceof Array<string[]>) {
      const pairs = changetype<string[][]>(value);
      for (let i = 0; i < pairs.length; i++) {
        for (let j = 1; j < pairs[i].length; j++) headers.append(pairs[i][0], pairs[i][j]);
      }
    } else if (value instanceof Map<string, string>) {
      const map = changetype<Map<string, string>>(value);
      const names = map.keys();
      for (let i = 0; i < names.length; i++) headers.append(names[i], map.get(names[i]));
    } else if (value instanceof Map<string, string[]>) {
      const map = changetype<Map<string, string[]>>(value);
      const names = map.keys();
      for (let i = 0; i < names.length; i++) {
        const values = map.get(names[i]);
        for (let j = 0; j < values.length; j++) headers.append(names[i], values[j]);
      }
    } else {
      throw new Error("Headers cannot be made from " + nameof<T>() + ".");
    }
    return headers;
  }

  static copyOf(other: Headers): Headers {
    return Headers.from(other.entries());
  }
}
