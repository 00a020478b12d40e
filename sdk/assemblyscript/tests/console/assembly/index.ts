/* The globals that an app finds without an import. */

export function lines(): void {
  console.log("log");
  console.log();
  console.debug("debug");
  console.info("info");
  console.warn("warn");
  console.error("error ✨");
}

export function asserts(value: i32): void {
  console.assert(value, "the value is zero");
  console.assert(false);
}

export function timers(): void {
  console.time();
  console.time("work");
  console.time("work");
  console.timeLog("work");
  console.timeEnd("work");
  console.timeEnd("work");
  console.timeLog("never");
  console.timeEnd();
}

export function traces(): void {
  trace("none");
  trace("two", 2, 1.5, -2);
  trace("five", 5, 1, 2, 3, 4, 5);
}

export function throwing(message: string): i32 {
  throw new Error(message);
}

export function asserting(value: i32): i32 {
  assert(value, "must not be zero");
  return value;
}

export function outside(index: i32): i32 {
  const list: i32[] = [1, 2];
  return list[index];
}

/** Fills the memory. */
export function greedy(): i32 {
  const kept = new Array<ArrayBuffer>();
  while (true) kept.push(new ArrayBuffer(8 << 20));
}

export function exiting(code: i32): i32 {
  process.exit(code);
  return 1;
}

export function variable(name: string): string | null {
  return process.env.has(name) ? process.env.get(name) : null;
}

export function randoms(): f64[] {
  const bytes = new Uint8Array(4);
  crypto.getRandomValues(bytes);
  return [Math.random(), Math.random(), <f64>bytes.length];
}

export function clocks(): f64[] {
  return [<f64>Date.now(), performance.now(), <f64>process.hrtime(), <f64>process.time()];
}

export function dateText(date: Date): string {
  return date.toISOString();
}

export function printing(): void {
  process.stdout.write("to stdout\n");
  process.stderr.write("Error: to stderr\n");
}
