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

function letter(bits: u32): u16 {
  return <u16>ALPHABET.charCodeAt(bits & 63);
}
