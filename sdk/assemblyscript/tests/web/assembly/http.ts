/* Requests as the host gets them, and responses as apps read them. */

import { http } from "@hypermode/modus-sdk-as";
import { JSON } from "json-as";

const URL = "https://example.com/a?b=c";

@json
export class Item {
  name: string = "";
  sizes: i32[] = [];
  more: JSON.Raw = new JSON.Raw("{}");
}

/** The only fields that are seen of a response whose body is a text. */
export class Shown {
  constructor(
    public status: u16,
    public statusText: string,
    public ok: bool,
    public text: string,
  ) {}
}

// Requests.

export function byUrl(): Shown {
  return shown(http.fetch(URL));
}

export function byUrlAndOptions(): void {
  const method = "post";
  const headers = http.Headers.from([["Content-Type", "text/plain"]]);
  const body = http.Content.from("é✨🎉");
  http.fetch(URL, { method, headers, body } as http.RequestOptions);
}

export function byRequest(): void {
  const request = new http.Request(URL);
  http.fetch(request);
  http.fetch<http.Request>(request, { method: "DELETE" } as http.RequestOptions);
}

export function byPartialOptions(): void {
  http.fetch(URL, { method: "pUt" } as http.RequestOptions);
  http.fetch(URL, { body: http.Content.from("b") } as http.RequestOptions);
  http.fetch(URL, { headers: http.Headers.from([["A", "b"]]) } as http.RequestOptions);
  const options = new http.RequestOptions();
  options.method = "";
  http.fetch<string>(URL, options);
  options.method = "patch";
  options.headers.append("X-Mine", "1");
  options.body = http.Content.from([1, 2]);
  http.fetch(URL, options);
}

export function byRequestOfOptions(): string {
  const options = { method: "post", body: http.Content.from("[1]") } as http.RequestOptions;
  const request = new http.Request(URL, options);
  const bytes: Uint8Array = request.bytes();
  const body: ArrayBuffer = request.body;
  const headers: http.Headers = request.headers;
  const numbers = request.json<i32[]>();
  return [
    request.url,
    request.method,
    request.text(),
    bytes.length.toString(),
    body.byteLength.toString(),
    headers.entries().length.toString(),
    numbers[0].toString(),
  ].join("|");
}

/** What a request says after it was cloned with each kind of options, and after that itself. */
export function clones(): http.Request[] {
  const request = new http.Request(URL, {
    method: "POST",
    headers: http.Headers.from([
      ["Accept", "a"],
      ["ACCEPT", "b"],
    ]),
    body: http.Content.from("body"),
  } as http.RequestOptions);
  const same = http.Request.clone(request);
  const put = http.Request.clone(request, { method: "put" } as http.RequestOptions);
  const other = http.Request.clone(request, {
    headers: http.Headers.from([["X", "y"]]),
  } as http.RequestOptions);
  const full = http.Request.clone(request, {
    body: http.Content.from("new"),
  } as http.RequestOptions);
  same.headers.append("accept", "c");
  return [same, put, other, full, request];
}

/** SDK classes in a signature. */
export function forward(request: http.Request): http.Response {
  return http.fetch(request);
}

// Bodies.

export function textBody(text: string): ArrayBuffer {
  return http.Content.from(text).data;
}

export function lonelyBody(): ArrayBuffer {
  return http.Content.from("a" + String.fromCharCode(0xd800) + "b").data;
}

export function bufferBody(bytes: ArrayBuffer): ArrayBuffer {
  return http.Content.from(bytes).data;
}

export function bytesBody(bytes: Uint8Array, start: i32, end: i32): ArrayBuffer {
  return http.Content.from(bytes.subarray(start, end)).data;
}

export function jsonBodies(): string[] {
  const map = new Map<string, i32[]>();
  map.set('k"', [1]);
  const item = new Item();
  item.name = "é\n}";
  return [
    http.Content.from(item).text(),
    http.Content.from<Item[]>([item]).text(),
    http.Content.from(map).text(),
    http.Content.from(["a", "]"]).text(),
    http.Content.from(-7).text(),
    http.Content.from(1.5).text(),
    http.Content.from(true).text(),
    http.Content.from(new JSON.Raw('{"x": 1}')).text(),
    http.Content.from(new Date(0)).text(),
  ];
}

export function contentOf(text: string): string {
  const content = http.Content.from(text);
  const item = content.json<Item>();
  const bytes: Uint8Array = content.bytes();
  const again = http.Content.from(bytes);
  return item.name + "|" + bytes.length.toString() + "|" + again.text();
}

// Responses.

function shown(response: http.Response): Shown {
  return new Shown(response.status, response.statusText, response.ok, response.text());
}

export function responseBytes(): Uint8Array {
  return http.fetch(URL).bytes();
}

export function responseBody(): ArrayBuffer {
  return http.fetch(URL).body;
}

export function responseText(): string {
  return http.fetch(URL).text();
}

export function responseItem(): string {
  const item = http.fetch(URL).json<Item>();
  return item.name + "|" + item.sizes.join() + "|" + item.more.data;
}

export function responseItems(): string {
  return JSON.stringify(http.fetch(URL).json<Item[]>());
}

export function responseStrings(): string[] {
  return http.fetch(URL).json<string[]>();
}

export function responseMap(): Map<string, f64> {
  return http.fetch(URL).json<Map<string, f64>>();
}

export function responseRaw(): string {
  return http.fetch(URL).json<JSON.Raw>().data;
}

export function responseNumber(): i32 {
  return http.fetch(URL).json<i32>();
}

export function responseHeader(name: string): string | null {
  return http.fetch(URL).headers.get(name);
}

export function responseHeaders(): string[][] {
  return http.fetch(URL).headers.entries();
}

export function emptyResponse(): Shown {
  return shown(new http.Response());
}

// Headers.

export function appended(): http.Headers {
  const headers = new http.Headers();
  headers.append("X-First", "1");
  headers.append("x-fIRST", "2");
  headers.append("Y", "");
  return headers;
}

export function headersOfPairs(pairs: string[][]): string[][] {
  return http.Headers.from(pairs).entries();
}

export function headersOfMap(map: Map<string, string>): string[][] {
  return http.Headers.from(map).entries();
}

export function headersOfLists(map: Map<string, string[]>): string[][] {
  return http.Headers.from<Map<string, string[]>>(map).entries();
}

export function headersOfNumber(): string[][] {
  return http.Headers.from(5).entries();
}

export function headerOf(headers: http.Headers, name: string): string | null {
  return headers.get(name);
}
