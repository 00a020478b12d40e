import { utils } from "@hypermode/modus-sdk-as";

export function refuse(message: string): string {
  utils.throwUserError(message);
  return "";
}

export function refuseMaybe(message: string): string | null {
  utils.throwUserError(message);
  return null;
}

export function addRefusal(message: string): string {
  utils.throwUserError(message);
  return "";
}

export function fail(message: string): string {
  throw new Error(message);
}

export function failMaybe(message: string): string | null {
  throw new Error(message);
}

export function warn(messages: string[]): string {
  for (let i = 0; i < messages.length; i++) console.error(messages[i]);
  return "done";
}

export function warnAndFail(message: string): string {
  console.error(message);
  throw new Error("in vain");
}

export function levels(): string {
  console.debug("to find mistakes");
  console.log("just so");
  console.info("to be told");
  console.warn("to be careful");
  return "done";
}

export function prints(): string {
  process.stdout.write("one\n");
  process.stdout.write("zwei: größer\n\n");
  process.stderr.write("three\n");
  process.stdout.write("four");
  return "done";
}

export function printsLevels(): string {
  process.stdout.write("Debug: a\n");
  process.stdout.write("Info: b\n");
  process.stdout.write("Warning: c\n");
  process.stdout.write("Error: d\n");
  return "done";
}

export function leave(status: i32): string | null {
  process.exit(status);
  return null;
}

export function spin(): i32 {
  while (true) {}
  return 0;
}

export function eat(): i32 {
  const eaten: ArrayBuffer[] = [];
  while (true) eaten.push(new ArrayBuffer(1 << 20));
  return eaten.length;
}

export function descend(depth: i32): i32 {
  return descend(depth + 1) + 1;
}
