/* The strings of JSON: from their quoted form, and to it. */

import { bs } from "json-as/lib/as-bs";
import { BACKSLASH, QUOTE, failAt, hexDigit, peek } from "./scan";

const LONGEST_ESCAPE: usize = 12; // \u0000, in bytes

/** The string written from `start` (its opening quote) to `end` (behind its closing quote). */
export function readString(start: usize, end: usize): string {
  if (end - start < 4 || load<u16>(start) != QUOTE) failAt("a string", start, end);
  let from = start + 2;
  const to = end - 2;
  let at = from;
  while (at < to && load<u16>(at) != BACKSLASH) at += 2;
  const out = changetype<string>(__new(to - from, idof<string>()));
  memory.copy(changetype<usize>(out), from, at - from);
  if (at >= to) return out;
  let target = changetype<usize>(out) + (at - from);
  while (at < to) {
    let code = load<u16>(at);
    at += 2;
    if (code == BACKSLASH) {
      code = peek(at, to);
      at += 2;
      if (code == 0x75) {
        code = 0;
        for (let count = 0; count < 4; count++) {
          code = (code << 4) | <u16>(hexDigit(peek(at, to)) & 15);
          at += 2;
        }
      } else {
        code = unescaped(code);
      }
    }
    store<u16>(target, code);
    target += 2;
  }
  const size = target - changetype<usize>(out);
  return changetype<string>(__renew(changetype<usize>(out), size));
}

function unescaped(code: u16): u16 {
  switch (code) {
    case 0x62:
      return 8;
    case 0x66:
      return 12;
    case 0x6e:
      return 10;
    case 0x72:
      return 13;
    case 0x74:
      return 9;
    default:
      return code; // " \ /
  }
}

/** Append a string with its quotes to the output. */
export function writeString(value: string): void {
  const start = changetype<usize>(value);
  const end = start + (<usize>value.length << 1);
  bs.proposeSize(<u32>(end - start + 4));
  store<u16>(bs.offset, QUOTE);
  bs.offset += 2;
  let from = start;
  for (let at = start; at < end; at += 2) {
    const code = load<u16>(at);
    if (code >= 0x20 && code != QUOTE && code != BACKSLASH && (code < 0xd800 || code > 0xdfff)) {
      continue;
    }
    if (code >= 0xd800 && code < 0xdc00 && at + 2 < end && isLow(load<u16>(at, 2))) {
      at += 2; // a pair is a character like any other
      continue;
    }
    append(from, at);
    writeEscape(code);
    from = at + 2;
  }
  append(from, end);
  bs.proposeSize(2);
  store<u16>(bs.offset, QUOTE);
  bs.offset += 2;
}

function isLow(code: u16): bool {
  return code >= 0xdc00 && code <= 0xdfff;
}

function append(from: usize, to: usize): void {
  const size = to - from;
  bs.proposeSize(<u32>size);
  memory.copy(bs.offset, from, size);
  bs.offset += size;
}

function writeEscape(code: u16): void {
  bs.proposeSize(<u32>LONGEST_ESCAPE);
  store<u16>(bs.offset, BACKSLASH);
  const short = shortEscape(code);
  if (short != 0) {
    store<u16>(bs.offset, short, 2);
    bs.offset += 4;
    return;
  }
  store<u16>(bs.offset, 0x75, 2);
  for (let digit: usize = 0; digit < 4; digit++) {
    const value = (code >> <u16>(12 - (digit << 2))) & 15;
    store<u16>(bs.offset + 4 + (digit << 1), value < 10 ? 0x30 + value : 0x61 + value - 10);
  }
  bs.offset += LONGEST_ESCAPE;
}

function shortEscape(code: u16): u16 {
  switch (code) {
    case 0x22:
    case 0x5c:
      return code;
    case 8:
      return 0x62;
    case 9:
      return 0x74;
    case 10:
      return 0x6e;
    case 12:
      return 0x66;
    case 13:
      return 0x72;
    default:
      return 0;
  }
}
