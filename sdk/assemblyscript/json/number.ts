/* The numbers of JSON, read as the type that is asked for; what does not fit it is an error. */

import { MINUS, isDigit } from "./scan";

export function readInteger<T>(start: usize, end: usize): T {
  const isNegative = load<u16>(start) == MINUS;
  let magnitude: u64 = 0;
  for (let at = isNegative ? start + 2 : start; at < end; at += 2) {
    const code = load<u16>(at);
    if (!isDigit(code)) return readWhole<T>(start, end);
    const digit = <u64>(code - 0x30);
    if (magnitude > (u64.MAX_VALUE - digit) / 10) throw new Error(misfit<T>(start, end));
    magnitude = magnitude * 10 + digit;
  }
  const bits: u64 = sizeof<T>() * 8;
  if (isSigned<T>()) {
    const limit: u64 = (<u64>1) << (bits - 1);
    if (isNegative ? magnitude > limit : magnitude >= limit) throw new Error(misfit<T>(start, end));
    return <T>(isNegative ? 0 - <i64>magnitude : <i64>magnitude);
  }
  if (isNegative && magnitude != 0) throw new Error(misfit<T>(start, end));
  if (bits < 64 && magnitude >> bits != 0) throw new Error(misfit<T>(start, end));
  return <T>magnitude;
}

/** An integer written with a point or an exponent: 1e3, 5.0. */
function readWhole<T>(start: usize, end: usize): T {
  const value = f64.parse(textOf(start, end));
  const bits: i32 = sizeof<T>() * 8;
  const limit: f64 = Math.pow(2, isSigned<T>() ? bits - 1 : bits);
  const least: f64 = isSigned<T>() ? -limit : 0;
  if (Math.trunc(value) != value || value < least || value >= limit) throw new Error(misfit<T>(start, end));
  return <T>value;
}

export function readFloat<T>(start: usize, end: usize): T {
  if (sizeof<T>() == 4) return <T>f32.parse(textOf(start, end));
  return <T>f64.parse(textOf(start, end));
}

export function textOf(start: usize, end: usize): string {
  const out = changetype<string>(__new(end - start, idof<string>()));
  memory.copy(changetype<usize>(out), start, end - start);
  return out;
}

function misfit<T>(start: usize, end: usize): string {
  return "The number " + textOf(start, end) + " in this JSON does not fit " + nameof<T>();
}
