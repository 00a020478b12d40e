/* The metadata of a module: what it exports, imports, and the types that these mention. */

import { createHash } from "node:crypto";

import { defaultOf } from "./defaults.js";
import { docsOf } from "./docs.js";
import { SDK_VERSION } from "./version.js";
import { classesOf, fieldsOf, isOpaque } from "./types.js";

/** Known to every host without being listed. */
const IMPLICIT = new Set(["~lib/arraybuffer/ArrayBuffer", "~lib/string/String"]);

export function describeModule(program, functions, environment) {
  const signatures = [];
  const fnExports = {};
  for (const { name, prototype } of functions) {
    const instance = prototype.getResolvedInstance("");
    if (!instance) continue;
    signatures.push(instance.signature);
    fnExports[name] = describeFunction(instance, true);
  }
  const fnImports = {};
  for (const [module, elements] of program.moduleImports) {
    if (module === "env" || module.startsWith("wasi")) continue;
    for (const [name, element] of elements) {
      if (!element.signature) continue;
      signatures.push(element.signature);
      fnImports[`${module}.${name}`] = describeFunction(element, false);
    }
  }
  const types = describeTypes(classesOf(signatures));
  return {
    ...describeBuild(environment),
    fnExports,
    fnImports: sorted(fnImports),
    types,
  };
}

function describeBuild(environment) {
  const name = environment.npm_package_name || "app";
  const version = environment.npm_package_version;
  const build = {
    plugin: version ? `${name}@${version}` : name,
    sdk: `modus-sdk-as@${SDK_VERSION}`,
    buildId: environment.ATOLL_BUILD_ID || buildId(),
    buildTs: environment.ATOLL_BUILD_TS || new Date().toISOString(),
  };
  if (environment.ATOLL_GIT_REPO) build.gitRepo = environment.ATOLL_GIT_REPO;
  if (environment.ATOLL_GIT_COMMIT) build.gitCommit = environment.ATOLL_GIT_COMMIT;
  return build;
}

/** An id for a build that was given none: twenty characters of base32hex, as hosts expect. */
function buildId() {
  const digest = createHash("sha256").update(`${process.pid} ${process.hrtime.bigint()}`).digest();
  return [...digest.subarray(0, 20)].map((byte) => (byte & 31).toString(32)).join("");
}

function describeFunction(instance, isExport) {
  const { parameterTypes, returnType } = instance.signature;
  const nodes = instance.prototype.functionTypeNode.parameters;
  const described = {};
  const parameters = parameterTypes.map((type, index) => {
    const parameter = { name: nodes[index].name.text, type: type.toString() };
    const { initializer } = nodes[index];
    if (isExport && initializer) parameter.default = defaultOf(initializer);
    return parameter;
  });
  if (parameters.length) described.parameters = parameters;
  if (returnType.toString() !== "void") described.results = [{ type: returnType.toString() }];
  const docs = isExport ? docsOf(instance.declaration) : null;
  if (docs) described.docs = docs;
  return described;
}

function describeTypes(classes) {
  const types = {};
  for (const [name, reference] of classes) {
    if (IMPLICIT.has(name)) continue;
    const described = { id: reference.id };
    if (!isOpaque(name)) {
      described.fields = fieldsOf(reference).map(describeField);
      const docs = docsOf(reference.declaration);
      if (docs) described.docs = docs;
    }
    types[name] = described;
  }
  return sorted(types);
}

function describeField(field) {
  const described = { name: field.name, type: field.type.toString() };
  const declaration = field.prototype.fieldDeclaration;
  const docs = declaration ? docsOf(declaration) : null;
  return docs ? { ...described, docs } : described;
}

function sorted(object) {
  const keys = Object.keys(object).sort();
  return Object.fromEntries(keys.map((key) => [key, object[key]]));
}
