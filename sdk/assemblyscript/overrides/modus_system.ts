/* The host's log, which the console, `abort` and `trace` all write to. */

// @ts-ignore: decorator
@external("modus_system", "logMessage")
export declare function modus_log(level: string, message: string): void;
