/* Each function of vectors with each type of number, and what it gives, as texts. */

import { vectors } from "@hypermode/modus-sdk-as";

function text<T>(value: T): string {
  if (isInteger<T>() && !isReference<T>()) return (<i64>value).toString();
  // @ts-ignore: a float or an array of numbers
  return value.toString();
}

class Work<T extends number> {
  lines: string[] = [];

  constructor(private first: T[], private second: T[], private by: T) {}

  say<R>(name: string, result: R): void {
    this.lines.push(name + " " + text<R>(result));
  }

  done(): string[] {
    const a = this.first;
    const b = this.second;
    const by = this.by;
    const list: T[] = vectors.add(a, b);
    const number: T = vectors.dot(a, b);
    const distance: f64 = vectors.euclidianDistance(a, b);
    this.say("add", list);
    this.say("dot", number);
    this.say("euclidianDistance", distance);
    this.say("subtract", vectors.subtract<T>(a, b));
    this.say("addNumber", vectors.addNumber(a, by));
    this.say("subtractNumber", vectors.subtractNumber<T>(a, by));
    this.say("multiplyNumber", vectors.multiplyNumber(a, by));
    this.say("divideNumber", vectors.divideNumber<T>(a, by));
    this.say("magnitude", vectors.magnitude(b));
    this.say("normalize", vectors.normalize<T>(b));
    this.say("sum", vectors.sum(a));
    this.say("product", vectors.product<T>(a));
    this.say("mean", vectors.mean(a));
    this.say("min", vectors.min<T>(a));
    this.say("max", vectors.max(a));
    this.say("abs", vectors.abs<T>(a));
    vectors.checkValidNumber<T>(by);
    vectors.checkValidNumber(by);
    this.say("first", a);
    this.say("second", b);
    return this.lines;
  }

  /** One after the other, on the same vector. */
  inPlace(): string[] {
    const a = this.first.slice();
    const b = this.second;
    const by = this.by;
    vectors.addInPlace(a, b);
    this.say("addInPlace", a);
    vectors.subtractInPlace<T>(a, b);
    this.say("subtractInPlace", a);
    vectors.addNumberInPlace(a, by);
    this.say("addNumberInPlace", a);
    vectors.subtractNumberInPlace<T>(a, by);
    this.say("subtractNumberInPlace", a);
    vectors.multiplyNumberInPlace(a, by);
    this.say("multiplyNumberInPlace", a);
    vectors.divideNumberInPlace<T>(a, by);
    this.say("divideNumberInPlace", a);
    vectors.absInPlace(a);
    this.say("absInPlace", a);
    return this.lines;
  }
}

export function i8s(a: i8[], b: i8[], by: i8): string[] {
  return new Work<i8>(a, b, by).done();
}
export function i16s(a: i16[], b: i16[], by: i16): string[] {
  return new Work<i16>(a, b, by).done();
}
export function i32s(a: i32[], b: i32[], by: i32): string[] {
  return new Work<i32>(a, b, by).done();
}
export function i64s(a: i64[], b: i64[], by: i64): string[] {
  return new Work<i64>(a, b, by).done();
}
export function u8s(a: u8[], b: u8[], by: u8): string[] {
  return new Work<u8>(a, b, by).done();
}
export function u16s(a: u16[], b: u16[], by: u16): string[] {
  return new Work<u16>(a, b, by).done();
}
export function u32s(a: u32[], b: u32[], by: u32): string[] {
  return new Work<u32>(a, b, by).done();
}
export function u64s(a: u64[], b: u64[], by: u64): string[] {
  return new Work<u64>(a, b, by).done();
}
export function f32s(a: f32[], b: f32[], by: f32): string[] {
  return new Work<f32>(a, b, by).done();
}
export function f64s(a: f64[], b: f64[], by: f64): string[] {
  return new Work<f64>(a, b, by).done();
}

export function i8sInPlace(a: i8[], b: i8[], by: i8): string[] {
  return new Work<i8>(a, b, by).inPlace();
}
export function i16sInPlace(a: i16[], b: i16[], by: i16): string[] {
  return new Work<i16>(a, b, by).inPlace();
}
export function i32sInPlace(a: i32[], b: i32[], by: i32): string[] {
  return new Work<i32>(a, b, by).inPlace();
}
export function i64sInPlace(a: i64[], b: i64[], by: i64): string[] {
  return new Work<i64>(a, b, by).inPlace();
}
export function u8sInPlace(a: u8[], b: u8[], by: u8): string[] {
  return new Work<u8>(a, b, by).inPlace();
}
export function u16sInPlace(a: u16[], b: u16[], by: u16): string[] {
  return new Work<u16>(a, b, by).inPlace();
}
export function u32sInPlace(a: u32[], b: u32[], by: u32): string[] {
  return new Work<u32>(a, b, by).inPlace();
}
export function u64sInPlace(a: u64[], b: u64[], by: u64): string[] {
  return new Work<u64>(a, b, by).inPlace();
}
export function f32sInPlace(a: f32[], b: f32[], by: f32): string[] {
  return new Work<f32>(a, b, by).inPlace();
}
export function f64sInPlace(a: f64[], b: f64[], by: f64): string[] {
  return new Work<f64>(a, b, by).inPlace();
}

// One function each, of f64, for the texts of what goes wrong.

export function pair(name: string, a: f64[], b: f64[]): f64[] {
  if (name == "add") return vectors.add(a, b);
  if (name == "subtract") return vectors.subtract(a, b);
  if (name == "addInPlace") vectors.addInPlace(a, b);
  else if (name == "subtractInPlace") vectors.subtractInPlace(a, b);
  else if (name == "dot") return [vectors.dot(a, b)];
  else if (name == "euclidianDistance") return [vectors.euclidianDistance(a, b)];
  else throw new Error("unknown: " + name);
  return a;
}

export function number(name: string, a: f64[], by: f64): f64[] {
  if (name == "addNumber") return vectors.addNumber(a, by);
  if (name == "subtractNumber") return vectors.subtractNumber(a, by);
  if (name == "multiplyNumber") return vectors.multiplyNumber(a, by);
  if (name == "divideNumber") return vectors.divideNumber(a, by);
  if (name == "addNumberInPlace") vectors.addNumberInPlace(a, by);
  else if (name == "subtractNumberInPlace") vectors.subtractNumberInPlace(a, by);
  else if (name == "multiplyNumberInPlace") vectors.multiplyNumberInPlace(a, by);
  else if (name == "divideNumberInPlace") vectors.divideNumberInPlace(a, by);
  else throw new Error("unknown: " + name);
  return a;
}

export function single(name: string, a: f64[]): f64[] {
  if (name == "normalize") return vectors.normalize(a);
  if (name == "abs") return vectors.abs(a);
  if (name == "magnitude") return [vectors.magnitude(a)];
  if (name == "sum") return [vectors.sum(a)];
  if (name == "product") return [vectors.product(a)];
  if (name == "mean") return [vectors.mean(a)];
  if (name == "min") return [vectors.min(a)];
  if (name == "max") return [vectors.max(a)];
  if (name == "absInPlace") vectors.absInPlace(a);
  else throw new Error("unknown: " + name);
  return a;
}

export function check(value: f64): void {
  vectors.checkValidNumber(value);
}

export function checkNotANumber(): void {
  vectors.checkValidNumber<f64>(NaN);
}

export function meanOfBytes(a: u8[]): u8 {
  return vectors.mean(a);
}

export function meanOfSigned(a: i8[]): i8 {
  return vectors.mean(a);
}

export function magnitudeOfBytes(a: i16[]): i16 {
  return vectors.magnitude(a);
}
