/* Types at the border: their names, the fields of classes, and which of them can cross it. */

import { CommonFlags, ElementKind } from "./compiler.js";
import { reportError } from "./report.js";

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

/** Whether a field is the SDK's own business: private, maybe null, and left out of JSON as well. */
export function isHidden(field) {
  const { flags, decorators, range } = field.prototype.fieldDeclaration;
  return (
    range.source.internalPath.startsWith("~lib/@hypermode/modus-sdk-as/") &&
    (flags & CommonFlags.Private) !== 0 &&
    field.type.isNullableReference &&
    decorators?.some(({ name }) => name.text === "omit") === true
  );
}

/** Every managed class that types mention, however deep, by name without nullability. */
export function classesOf(types) {
  const found = new Map();
  for (const type of types) visit(type, found);
  return found;
}

function visit(type, found) {
  const reference = type.getClass();
  if (!reference || !type.isManaged) return;
  const name = reference.internalName;
  if (found.has(name)) return;
  found.set(name, reference);
  for (const argument of reference.typeArguments ?? []) visit(argument, found);
  if (!isOpaque(name)) for (const field of fieldsOf(reference)) visit(field.type, found);
}

/** Report what of an exported function cannot cross the border. */
export function checkSignature(program, name, instance) {
  const { parameterTypes, returnType } = instance.signature;
  const node = instance.prototype.functionTypeNode;
  const refuse = (what, problem, range) => {
    reportError(program, range, `${what} of the exported function '${name}' ${problem}`);
  };
  parameterTypes.forEach((type, index) => {
    const problem = problemOf(type);
    const parameter = node.parameters[index];
    if (problem) refuse(`Parameter '${parameter.name.text}'`, problem, parameter.range);
  });
  const problem = problemOf(returnType);
  if (problem) refuse("The result", problem, node.returnType.range);
}

/** Why a type cannot cross the border, or null. `seen` are the classes around it. */
export function problemOf(type, seen = new Set()) {
  const text = type.toString();
  if (type.getSignature()) return "is a function, which no API can carry: use data";
  if (type.isVectorValue) return "is of type v128, which no API can carry: use an array of numbers";
  if (type.isExternalReference) return `is of type ${text}, which no API can carry: use data`;
  const reference = type.getClass();
  if (!reference || seen.has(reference)) return null;
  seen.add(reference);
  if (reference.kind === ElementKind.Interface) {
    return `is of the interface ${reference.name}, which says nothing of its fields: use a class`;
  }
  if (!type.isManaged) {
    return `is of the unmanaged class ${reference.name}: take @unmanaged away from it`;
  }
  for (const argument of reference.typeArguments ?? []) {
    const problem = problemOf(argument, seen);
    if (problem) return `has the type ${text}, a part of which ${problem}`;
  }
  if (isOpaque(reference.internalName)) return null;
  for (const field of fieldsOf(reference)) {
    const problem = problemOf(field.type, seen);
    if (problem) return `is of class ${reference.name}, whose field '${field.name}' ${problem}`;
  }
  return null;
}
