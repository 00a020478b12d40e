/*
 * Ends this process, and those that it started, when the process that started it is gone: the other
 * end of a pipe closes then, however that process ended. In a thread of its own, since the compiler
 * keeps the first one busy.
 */

import { Socket } from "node:net";
import { workerData } from "node:worker_threads";

const pipe = new Socket({ fd: workerData, readable: true, writable: false });
pipe.on("error", () => {});
pipe.on("close", () => process.kill(-process.pid, "SIGKILL"));
pipe.resume();
