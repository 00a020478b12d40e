/* Walking through the author's sources. */

import { NodeKind } from "./compiler.js";

/** The sources that the app's author wrote. */
export function appSources(parser) {
  return parser.sources.filter((source) => !source.isLibrary && !isLibraryPath(source));
}

/** The runtime is an entry like the author's, but stands in the library. */
function isLibraryPath(source) {
  return source.internalPath.startsWith("~lib/");
}

/** Every node below `node`, itself included, in the order of the text. */
export function* nodesIn(node) {
  yield node;
  for (const key of Object.keys(node)) {
    if (key === "range" || key === "parent") continue;
    const child = node[key];
    if (Array.isArray(child)) {
      for (const item of child) if (isNode(item)) yield* nodesIn(item);
    } else if (isNode(child)) {
      yield* nodesIn(child);
    }
  }
}

export function* classesIn(statements) {
  for (const statement of statements) {
    if (statement.kind === NodeKind.ClassDeclaration) yield statement;
    if (statement.kind === NodeKind.NamespaceDeclaration) yield* classesIn(statement.members);
  }
}

function isNode(value) {
  return value !== null && typeof value === "object" && "kind" in value && "range" in value;
}
