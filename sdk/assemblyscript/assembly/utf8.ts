/* Text of bytes that come from elsewhere, and may not be the UTF-8 that they should be. */

const REPLACEMENT: u32 = 0xfffd;

/**
 * As "UTF-8 decode" of the Encoding Standard: without the byte order mark, and with a U+FFFD for
 * what is wrong. The decoder of the compiler's library takes good bytes behind wrong ones along.
 */
export function decode(data: ArrayBuffer): string {
  let at = changetype<usize>(data);
  const end = at + <usize>data.byteLength;
  if (isMarked(at, end)) at += 3;
  // No byte becomes more than one unit of UTF-16.
  const out = changetype<string>(__new((end - at) << 1, idof<string>()));
  let to = changetype<usize>(out);
  while (at < end) {
    let code = <u32>load<u8>(at++);
    if (code < 0x80) {
      store<u16>(to, code);
      to += 2;
      continue;
    }
    let least: u8 = 0x80;
    let most: u8 = 0xbf;
    let more = 0;
    if (code >= 0xc2 && code <= 0xdf) {
      more = 1;
      code &= 0x1f;
    } else if (code >= 0xe0 && code <= 0xef) {
      if (code == 0xe0) least = 0xa0;
      if (code == 0xed) most = 0x9f;
      more = 2;
      code &= 0xf;
    } else if (code >= 0xf0 && code <= 0xf4) {
      if (code == 0xf0) least = 0x90;
      if (code == 0xf4) most = 0x8f;
      more = 3;
      code &= 0x7;
    } else {
      code = REPLACEMENT;
    }
    for (; more > 0; more--) {
      const next = at < end ? load<u8>(at) : 0;
      if (next < least || next > most) {
        code = REPLACEMENT;
        break;
      }
      code = (code << 6) | (next & 0x3f);
      at++;
      least = 0x80;
      most = 0xbf;
    }
    to = append(to, code);
  }
  const size = to - changetype<usize>(out);
  return changetype<string>(__renew(changetype<usize>(out), size));
}

function isMarked(at: usize, end: usize): bool {
  return end - at >= 3 && load<u8>(at) == 0xef && load<u8>(at, 1) == 0xbb && load<u8>(at, 2) == 0xbf;
}

function append(to: usize, code: u32): usize {
  if (code < 0x10000) {
    store<u16>(to, code);
    return to + 2;
  }
  code -= 0x10000;
  store<u16>(to, 0xd800 | (code >> 10));
  store<u16>(to, 0xdc00 | (code & 0x3ff), 2);
  return to + 4;
}

/** With a U+FFFD for half of a character, which UTF-8 has no bytes for. */
export function encode(text: string): ArrayBuffer {
  return String.UTF8.encode(text, false, String.UTF8.ErrorMode.REPLACE);
}
