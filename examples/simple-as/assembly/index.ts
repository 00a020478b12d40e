/* Simple types: numbers, text, dates, lists, defaults, errors. */

import { localtime, utils } from "@hypermode/modus-sdk-as";

/**
 * Greets someone; whom, may be left out.
 */
export function sayHello(name: string | null = null): string {
  return name === null ? "Hello!" : `Hello, ${name}!`;
}

/**
 * Adds two numbers.
 */
export function sum(a: i32, b: i32 = 1): i32 {
  return a + b;
}

/**
 * The mean of some numbers. There is none of no numbers.
 */
export function mean(numbers: f64[]): f64 {
  if (numbers.length == 0) {
    utils.throwUserError("Give at least one number.");
  }
  let total = 0.0;
  for (let i = 0; i < numbers.length; i++) {
    total += numbers[i];
  }
  return total / <f64>numbers.length;
}

/**
 * Words and how long they are, longest first.
 */
export function longestWords(text: string, limit: u32 = 3): string[] {
  const words = text.split(" ");
  words.sort((a, b) => b.length - a.length);
  return words.slice(0, <i32>limit);
}

/**
 * One day later.
 */
export function getNextDay(date: Date): Date {
  return new Date(date.getTime() + 24 * 60 * 60 * 1000);
}

/**
 * 64 bits, without loss.
 */
export function factorial(n: u8): u64 {
  let product: u64 = 1;
  for (let i: u64 = 2; i <= n; i++) {
    product *= i;
  }
  return product;
}

/**
 * The time where the caller is (header X-Time-Zone), or in a zone.
 */
export function getCurrentTime(zone: string = ""): string {
  return zone == "" ? localtime.now() : localtime.nowInZone(zone);
}

/**
 * What is logged goes to the server's log; an error is also shown to the client.
 */
export function logLines(): void {
  console.log("a line");
  console.warn("a warning");
  console.error("an error that does not end the function");
}
