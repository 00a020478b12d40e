/* The functions that a module exports: those of its entry files, and what these re-export. */

import { CommonFlags, ElementKind, SourceKind } from "./compiler.js";

/** Whether the metadata lists an export of that name. */
export function isListed(name) {
  return !name.startsWith("_") || name.startsWith("_modus_");
}

/**
 * Name and compiled function of each export that the metadata lists, sorted by name. Throws when
 * the module exports a function that cannot be found in the program: it would be missing from the
 * app's API without a word.
 */
export function exportedFunctions(program, binaryen, module) {
  const known = new Map();
  for (const [name, element] of exportedElements(program)) {
    const isFunction = element.kind === ElementKind.FunctionPrototype;
    if (isFunction && !element.is(CommonFlags.Generic) && !known.has(name)) {
      known.set(name, element);
    }
  }
  return exportNames(binaryen, module)
    .filter(isListed)
    .sort()
    .map((name) => {
      const instance = known.get(name)?.getResolvedInstance("");
      if (!instance) throw new Error(`The exported function '${name}' is not in any entry file.`);
      return { name, instance };
    });
}

/**
 * `[name, element]` of all that the entry files export, functions or not, in the order of the
 * compiler, for which the first of a name counts.
 */
export function* exportedElements(program) {
  for (const source of program.sources) {
    if (source.sourceKind !== SourceKind.UserEntry) continue;
    const file = program.filesByName.get(source.internalPath);
    if (file) yield* elementsOf(file, new Set());
  }
}

function exportNames(binaryen, module) {
  const names = [];
  for (let index = 0; index < module.getNumExports(); index++) {
    const info = binaryen.getExportInfo(module.getExportByIndex(index));
    if (info.kind === binaryen.ExternalFunction) names.push(info.name);
  }
  return names;
}

function* elementsOf(file, seen) {
  if (seen.has(file)) return;
  seen.add(file);
  yield* file.exports ?? [];
  for (const other of file.exportsStar ?? []) yield* elementsOf(other, seen);
}
