/* Base64 of RFC 4648, with padding. */

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** The text of some bytes. */
export function encode(bytes: Uint8Array): string {
  const count = bytes.length;
  const out = new Uint16Array(((count + 2) / 3) * 4);
  let at = 0;
  for (let i = 0; i < count; i += 3) {
    const second = i + 1 < count ? <u32>bytes[i + 1] : 0;
    const third = i + 2 < count ? <u32>bytes[i + 2] : 0;
    const group = (<u32>bytes[i] << 16) | (second << 8) | third;
    out[at++] = letter(group >> 18);
    out[at++] = letter(group >> 12);
    out[at++] = i + 1 < count ? letter(group >> 6) : 0x3d;
    out[at++] = i + 2 < count ? letter(group) : 0x3d;
  }
  return String.UTF16.decode(out.buffer);
}

/** The text of a `Uint8Array`; of a text, that itself. */
export function encoded<T>(data: T): string {
  if (isString<T>()) return <string>data;
  if (data instanceof Uint8Array) return encode(<Uint8Array>data);
  throw new Error("Data must be a Uint8Array or text in base64.");
}

function letter(bits: u32): u16 {
  return <u16>ALPHABET.charCodeAt(bits & 63);
}

/** The bytes of a text. Throws when it is not base64. */
export function decode(text: string): Uint8Array {
  let length = text.length;
  while (length > 0 && text.charCodeAt(length - 1) == 0x3d) length--;
  if (length % 4 == 1) throw new Error("Expected text in base64.");
  const bytes = new Uint8Array(<i32>((<i64>length * 3) / 4));
  let bits: u32 = 0;
  let count = 0;
  let at = 0;
  for (let i = 0; i < length; i++) {
    const value = bitsOf(text.charCodeAt(i));
    if (value < 0) throw new Error("Expected text in base64.");
    bits = (bits << 6) | <u32>value;
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes[at++] = <u8>(bits >> count);
    }
  }
  return bytes;
}

/** What a letter of the alphabet stands for, or -1. */
function bitsOf(code: i32): i32 {
  if (code >= 0x41 && code <= 0x5a) return code - 0x41;
  if (code >= 0x61 && code <= 0x7a) return code - 0x61 + 26;
  if (code >= 0x30 && code <= 0x39) return code - 0x30 + 52;
  if (code == 0x2b) return 62;
  return code == 0x2f ? 63 : -1;
}
