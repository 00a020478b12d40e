/* What `throw`, a failed `assert` and the runtime's own checks end in: a line in the log, then the end of the call. */

import { modus_log } from "./modus_system";
import { proc_exit } from "./bindings/wasi_snapshot_preview1";

const FAILED: u32 = 255;

// An abort inside an abort (memory that ran out while its message was made) must not start over.
let aborting = false;

export function modus_abort(
  message: string | null = null,
  fileName: string | null = null,
  lineNumber: u32 = 0,
  columnNumber: u32 = 0,
): void {
  if (!aborting) {
    aborting = true;
    let text = message === null ? "abort" : message;
    if (fileName !== null) {
      text += " at " + fileName + ":" + lineNumber.toString() + ":" + columnNumber.toString();
    }
    modus_log("fatal", text);
  }
  proc_exit(FAILED);
}
