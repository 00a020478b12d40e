/* What the transform needs of the compiler's own names. */

import * as compiler from "assemblyscript/dist/assemblyscript.js";

export const {
  CommonFlags,
  DiagnosticCategory,
  DiagnosticCode,
  DiagnosticMessage,
  ElementKind,
  LiteralKind,
  NodeKind,
  Source,
  SourceKind,
  Tokenizer,
} = compiler;
