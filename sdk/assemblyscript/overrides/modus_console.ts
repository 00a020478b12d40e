/* The global `console`: each line goes to the host's log, with its level. */

import { modus_log } from "./modus_system";
import { wasi_process } from "./wasi_process";

// @ts-ignore: decorator
@lazy const timers = new Map<string, u64>();

export namespace modus_console {
  export function assert<T>(condition: T, message: string = ""): void {
    if (!condition) modus_log("error", "Assertion failed: " + message);
  }

  export function log(message: string = ""): void {
    modus_log("", message);
  }

  export function debug(message: string = ""): void {
    modus_log("debug", message);
  }

  export function info(message: string = ""): void {
    modus_log("info", message);
  }

  export function warn(message: string = ""): void {
    modus_log("warning", message);
  }

  export function error(message: string = ""): void {
    modus_log("error", message);
  }

  export function time(label: string = "default"): void {
    if (timers.has(label)) {
      modus_log("warning", "console.time: the timer '" + label + "' runs already");
      return;
    }
    timers.set(label, wasi_process.hrtime());
  }

  export function timeLog(label: string = "default"): void {
    if (!timers.has(label)) {
      modus_log("warning", "console.timeLog: there is no timer '" + label + "'");
      return;
    }
    logElapsed(label);
  }

  export function timeEnd(label: string = "default"): void {
    if (!timers.has(label)) {
      modus_log("warning", "console.timeEnd: there is no timer '" + label + "'");
      return;
    }
    logElapsed(label);
    timers.delete(label);
  }
}

function logElapsed(label: string): void {
  const elapsed = wasi_process.hrtime() - timers.get(label);
  modus_log("", label + ": " + (elapsed / 1_000_000).toString() + "ms");
}
