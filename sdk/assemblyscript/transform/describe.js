/* The metadata of a module: what it exports, imports, and the types that these mention. */

import { describeBuild } from "./build.js";
import { defaultOf, isOwn } from "./defaults.js";
import { elementOf } from "./streams.js";
import { classesOf, fieldsOf, isHidden, isOpaque } from "./types.js";

/** Known to every host without being listed. */
const IMPLICIT = new Set(["~lib/arraybuffer/ArrayBuffer", "~lib/string/String"]);

/** `functions` are those of `exportedFunctions`; `comments` those of all sources. */
export function describeModule(program, functions, comments, environment) {
  const imports = importedFunctions(program);
  const types = [...functions, ...imports].flatMap(({ instance }) => [
    ...instance.signature.parameterTypes,
    elementOf(program, instance) ?? instance.signature.returnType,
  ]);
  return {
    ...describeBuild(environment),
    fnExports: described(functions, ({ instance }) => describeExport(program, instance, comments)),
    fnImports: described(imports, ({ instance }) => describeFunction(instance)),
    types: describeTypes(classesOf(types), comments),
  };
}

/** What a host has to offer, by `module.name`. WASI and the compiler's own are known to it. */
function importedFunctions(program) {
  const found = [];
  for (const [module, elements] of program.moduleImports) {
    if (module === "env" || module.startsWith("wasi")) continue;
    for (const [name, element] of elements) {
      if (element.signature) found.push({ name: `${module}.${name}`, instance: element });
    }
  }
  return found.sort(byName);
}

function describeExport(program, instance, comments) {
  const found = describeFunction(instance);
  const element = elementOf(program, instance);
  if (element) Object.assign(found, { results: [{ type: element.toString() }], stream: true });
  const nodes = instance.prototype.functionTypeNode.parameters;
  found.parameters?.forEach((parameter, index) => {
    const { initializer } = nodes[index];
    if (!initializer) return;
    parameter.default = defaultOf(initializer);
    if (isOwn(initializer)) parameter.ownDefault = true;
  });
  return withDocs(found, instance.declaration, comments);
}

function describeFunction(instance) {
  const { parameterTypes, returnType } = instance.signature;
  const nodes = instance.prototype.functionTypeNode.parameters;
  const found = {};
  if (parameterTypes.length) {
    found.parameters = parameterTypes.map((type, index) => ({
      name: nodes[index].name.text,
      type: type.toString(),
    }));
  }
  if (returnType.toString() !== "void") found.results = [{ type: returnType.toString() }];
  return found;
}

function describeTypes(classes, comments) {
  const found = [...classes]
    .filter(([name]) => !IMPLICIT.has(name))
    .map(([name, reference]) => ({ name, reference }))
    .sort(byName);
  return described(found, ({ name, reference }) => {
    if (isOpaque(name)) return { id: reference.id };
    const fields = fieldsOf(reference).map((field) => describeField(field, comments));
    return withDocs({ id: reference.id, fields }, reference.declaration, comments);
  });
}

function describeField(field, comments) {
  const found = { name: field.name, type: field.type.toString() };
  if (isHidden(field)) found.hidden = true;
  return withDocs(found, field.prototype.fieldDeclaration, comments);
}

function withDocs(found, declaration, comments) {
  const docs = declaration && comments.docsOf(declaration);
  return docs ? { ...found, docs } : found;
}

function described(items, describe) {
  return Object.fromEntries(items.map((item) => [item.name, describe(item)]));
}

function byName(a, b) {
  return a.name < b.name ? -1 : 1;
}
