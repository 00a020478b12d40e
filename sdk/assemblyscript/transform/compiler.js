/* What the transform needs of the compiler's own names. */

import * as compiler from "assemblyscript/dist/assemblyscript.js";

export const {
  AssertionKind,
  CommonFlags,
  Compiler,
  DiagnosticCategory,
  DiagnosticCode,
  DiagnosticMessage,
  ElementKind,
  LiteralKind,
  Node,
  NodeKind,
  ReportMode,
  Source,
  SourceKind,
  Token,
  Tokenizer,
} = compiler;
