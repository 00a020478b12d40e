export function echo(text: string): string {
  return text;
}

export function repeat(text: string, times: i32): string {
  return text.repeat(times);
}

export function negate(value: bool): bool {
  return !value;
}

export function echoInt(number: i32): i32 {
  return number;
}

export function echoFloat(number: f64): f64 {
  return number;
}

export function echoInt64(number: i64): i64 {
  return number;
}

export function echoUint(number: u32): u32 {
  return number;
}

export function echoUint64(number: u64): u64 {
  return number;
}

export function notANumber(): f64 {
  return NaN;
}

export function infinite(negative: bool): f64 {
  return negative ? -Infinity : Infinity;
}

export function getTable(): f64[][] {
  return [
    [1, 2],
    [3, NaN],
  ];
}

export function echoBytes(data: Uint8Array): Uint8Array {
  return data;
}

export function size(data: Uint8Array): i32 {
  return data.length;
}

export function echoTime(at: Date): Date {
  return at;
}

export function later(at: Date, span: i64): Date {
  return new Date(at.getTime() + span / 1_000_000);
}

export function echoSpan(span: i64): i64 {
  return span;
}

export function greeting(name: string | null): string {
  return name === null ? "Hello!" : `Hello, ${name}!`;
}

export function maybe(text: string | null): string | null {
  return text;
}

export function welcome(name: string = "you", times: i32 = 2, loud: bool = false): string {
  const words: string[] = [];
  for (let i = 0; i < times; i++) words.push(`Welcome, ${name}.`);
  const text = words.join(" ");
  return loud ? text.toUpperCase() : text;
}

export function doNothing(): void {}
