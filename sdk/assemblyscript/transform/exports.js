/* The functions that an app exports: those of its entry files, and what these re-export. */

import { CommonFlags, ElementKind, SourceKind } from "./compiler.js";

/** Whether the metadata lists an export of that name. */
export function isListed(name) {
  return !name.startsWith("_") || name.startsWith("_modus_");
}

/** Name and prototype of each exported function, sorted by name. */
export function exportedFunctions(program) {
  const found = new Map();
  for (const source of program.sources) {
    if (source.sourceKind !== SourceKind.UserEntry) continue;
    const file = program.filesByName.get(source.internalPath);
    if (file) collect(file, found, new Set());
  }
  return [...found]
    .filter(([name]) => isListed(name))
    .map(([name, prototype]) => ({ name, prototype }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function collect(file, found, seen) {
  if (seen.has(file)) return;
  seen.add(file);
  for (const [name, element] of file.exports ?? []) {
    const isFunction = element.kind === ElementKind.FunctionPrototype;
    if (isFunction && !element.is(CommonFlags.Generic)) found.set(name, element);
  }
  for (const other of file.exportsStar ?? []) collect(other, found, seen);
  // The compiler keeps a default export under the function's own name as well.
  const byDefault = found.get("default");
  if (byDefault) {
    for (const [name, element] of found) {
      const isOwn = (byDefault.declaration.flags & CommonFlags.Export) !== 0;
      if (name !== "default" && element === byDefault && isOwn) found.delete(name);
    }
  }
}
