/* Types at the border: their names, the fields of classes, and which of them can cross it. */

import { CommonFlags, DiagnosticCode, ElementKind } from "./compiler.js";

/** Classes of the library whose members are their own business, by the beginning of their names. */
const OPAQUE = [
  "~lib/array/Array<",
  "~lib/arraybuffer/ArrayBuffer",
  "~lib/date/Date",
  "~lib/map/Map<",
  "~lib/set/Set<",
  "~lib/staticarray/StaticArray<",
  "~lib/string/String",
  "~lib/typedarray/",
  "~lib/wasi_date/wasi_Date",
];

export function isOpaque(name) {
  return OPAQUE.some((prefix) => name.startsWith(prefix));
}

/** The instance fields of a class in the order of its memory, inherited ones first. */
export function fieldsOf(classReference) {
  const found = [];
  for (const member of classReference.members?.values() ?? []) {
    const property = member.kind === ElementKind.PropertyPrototype ? member.instance : member;
    if (property?.kind !== ElementKind.Property || !property.isField) continue;
    if (property.is(CommonFlags.Static) || property.memoryOffset < 0) continue;
    found.push(property);
  }
  return found.sort((a, b) => a.memoryOffset - b.memoryOffset);
}

/** Every class that a signature mentions, however deep, by name without nullability. */
export function classesOf(signatures) {
  const found = new Map();
  for (const signature of signatures) {
    for (const type of [...signature.parameterTypes, signature.returnType]) visit(type, found);
  }
  return found;
}

function visit(type, found) {
  const reference = type.getClass();
  if (!reference || !type.isManaged) return;
  const name = reference.type.nonNullableType.toString();
  if (found.has(name)) return;
  found.set(name, reference);
  for (const argument of reference.typeArguments ?? []) visit(argument, found);
  if (!isOpaque(name)) for (const field of fieldsOf(reference)) visit(field.type, found);
}

/** Give every class of a signature its place in the module's table of types. */
export function keepTypes(signature) {
  for (const reference of classesOf([signature]).values()) void reference.id;
}

/** Report what cannot cross the border; whether there was nothing. */
export function checkSignature(program, name, instance) {
  const { parameterTypes, returnType } = instance.signature;
  const nodes = instance.prototype.functionTypeNode;
  let isGood = true;
  const refuse = (what, problem, node) => {
    isGood = false;
    program.error(
      DiagnosticCode.User_defined_0,
      (node ?? instance.declaration).range,
      `${what} of the exported function '${name}' cannot cross the border of the app: ${problem}`,
    );
  };
  parameterTypes.forEach((type, index) => {
    const problem = problemOf(type, new Set());
    const node = nodes.parameters[index];
    if (problem) refuse(`Parameter '${node.name.text}'`, problem, node);
  });
  const problem = problemOf(returnType, new Set());
  if (problem) refuse("The result", problem, nodes.returnType);
  return isGood;
}

function problemOf(type, seen) {
  if (type.getSignature()) return "functions have no place in an API";
  if (type.isVectorValue) return "v128 has no place in an API";
  if (type.isExternalReference) return `${type} has no place in an API`;
  const reference = type.getClass();
  if (!reference || seen.has(reference)) return null;
  seen.add(reference);
  if (!type.isManaged) return `the class ${reference.name} is unmanaged`;
  if (reference.isInterface) return `${reference.name} is an interface; use a class`;
  for (const argument of reference.typeArguments ?? []) {
    const problem = problemOf(argument, seen);
    if (problem) return problem;
  }
  if (isOpaque(reference.type.nonNullableType.toString())) return null;
  for (const field of fieldsOf(reference)) {
    const problem = problemOf(field.type, seen);
    if (problem) return `${problem} (field '${field.name}' of ${reference.name})`;
  }
  return null;
}
