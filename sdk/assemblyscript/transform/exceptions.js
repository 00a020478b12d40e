/* Exceptions, which WebAssembly modules of this compiler do not have, told at their place. */

import { NodeKind } from "./compiler.js";
import { reportError } from "./report.js";
import { appSources, nodesIn } from "./source_tree.js";

const TRY_AS = /^~lib\/try-as(\/|$)/;

const NO_CATCH =
  "An error cannot be caught here: it ends the call. Check before, or let the function return " +
  "null or an object that says what went wrong; write `throw new Error(...)` to end the call.";

/** Report `try` statements and imports of the package try-as. */
export function refuseExceptions(parser) {
  for (const source of appSources(parser)) {
    for (const node of source.statements.flatMap((statement) => [...nodesIn(statement)])) {
      if (node.kind === NodeKind.Try) {
        reportError(parser, node.range.atStart, `try is not supported. ${NO_CATCH}`);
      } else if (node.kind === NodeKind.Import && TRY_AS.test(node.internalPath)) {
        reportError(parser, node.range, `The package try-as is not supported. ${NO_CATCH}`);
      }
    }
  }
}
