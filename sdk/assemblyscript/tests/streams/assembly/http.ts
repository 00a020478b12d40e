import { http, stream, Stream } from "@hypermode/modus-sdk-as";

@stream
export function download(url: string): Stream<Uint8Array> {
  const response = http.stream(url);
  assert(response.ok);
  for (let piece = response.next(); piece !== null; piece = response.next()) stream.emit(piece);
}

export function downloadHead(url: string): string[] {
  const request = new http.Request(url);
  const options = { method: "post", body: http.Content.from("é") } as http.RequestOptions;
  const response = http.stream(request, options);
  const kind = response.headers.get("content-TYPE");
  const first = response.next();
  response.close();
  assert(response.next() === null);
  return [
    response.status.toString(), response.statusText, response.ok.toString(),
    kind === null ? "-" : kind, first === null ? "-" : first.length.toString(),
  ];
}

export function downloadSize(url: string): i32 {
  const response = http.stream(url);
  let size = 0;
  for (let piece = response.next(); piece !== null; piece = response.next()) size += piece.length;
  return size;
}
