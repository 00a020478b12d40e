import * as base64 from "@hypermode/modus-sdk-as/assembly/base64";

export function encoded(bytes: Uint8Array): string {
  return base64.encode(bytes);
}

export function encodedPart(bytes: Uint8Array, start: i32, end: i32): string {
  return base64.encode(bytes.subarray(start, end));
}

export function decoded(text: string): Uint8Array {
  return base64.decode(text);
}
