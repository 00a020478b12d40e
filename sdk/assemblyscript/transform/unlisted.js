/* Exports that their author may look for in the API in vain, or under another name. */

import { ElementKind } from "./compiler.js";
import { exportedElements } from "./exports.js";
import { reportWarning } from "./report.js";

/** `functions` are those of `exportedFunctions`. */
export function warnOfSurprisingExports(program, functions) {
  for (const [, element] of exportedElements(program)) {
    if (element.kind === ElementKind.Global && element.type.getSignature()) {
      const { name, identifierNode } = element;
      const problem = `${name} is a variable, not a function: it is not in the API`;
      reportWarning(program, identifierNode.range, `${problem}; write: export function ${name}(...)`);
    }
  }
  warnOfDefault(program, functions);
}

function warnOfDefault(program, functions) {
  const instance = functions.find(({ name }) => name === "default")?.instance;
  if (!instance) return;
  const own = functions.find((other) => other.instance === instance && other.name !== "default");
  const { name, identifierNode } = instance.prototype;
  const called = own ? `twice: as ${own.name}, and as default` : "as default";
  const advice = `export it without \`default\` to have it under its own name${own ? " only" : ""}`;
  reportWarning(program, identifierNode.range, `${name} is in the API ${called}; ${advice}`);
}
