/* Errors and warnings at a place of the author's source, printed by the compiler like its own. */

import { DiagnosticCategory, DiagnosticCode, DiagnosticMessage } from "./compiler.js";

/** The build fails with `text`. `to` is the program or the parser. */
export function reportError(to, range, text) {
  report(to, DiagnosticCategory.Error, range, text);
}

/** The build goes on. */
export function reportWarning(to, range, text) {
  report(to, DiagnosticCategory.Warning, range, text);
}

function report(to, category, range, text) {
  const message = DiagnosticMessage.create(DiagnosticCode.User_defined_0, category, text);
  message.message = text; // without the compiler's "User-defined: " before it
  message.withRange(range);
  if (!to.diagnostics.some((other) => other.equals(message))) to.diagnostics.push(message);
}
