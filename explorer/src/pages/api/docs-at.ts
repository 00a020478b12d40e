import {
  type ASTNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  Kind,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from "graphql";
import { type AnyField, argumentsOf, type Place } from "./docs-navigation.ts";

/** What a word of a document stands for. */
export interface DocsAt {
  from: number;
  to: number;
  /** `person(id: Int!): Person`. */
  signature: string;
  description: string | null;
  /** Where the docs say more; null for what has no page. */
  place: Place | null;
}

/** What the word at an offset stands for; null where nothing is known, or the text is no GraphQL. */
export function docsAt(schema: GraphQLSchema, text: string, offset: number): DocsAt | null {
  let found: DocsAt | null = null;
  const types = new TypeInfo(schema);
  const enter = (node: ASTNode) => {
    const name = nameOf(node);
    const start = name?.loc?.start ?? -1;
    const end = name?.loc?.end ?? -2;
    if (offset < start || offset > end) {
      return;
    }
    const docs = docsOf(node, types, schema);
    if (docs !== null) {
      found = { from: start, to: end, ...docs };
    }
  };
  try {
    visit(parse(text), visitWithTypeInfo(types, { enter }));
  } catch {
    return null;
  }
  return found;
}

function nameOf(node: ASTNode): ASTNode | undefined {
  switch (node.kind) {
    case Kind.FIELD:
    case Kind.ARGUMENT:
    case Kind.OBJECT_FIELD:
    case Kind.NAMED_TYPE:
    case Kind.DIRECTIVE:
      return node.name;
    case Kind.ENUM:
    case Kind.VARIABLE:
      return node;
    default:
      return undefined;
  }
}

type Found = Omit<DocsAt, "from" | "to">;

function docsOf(node: ASTNode, types: TypeInfo, schema: GraphQLSchema): Found | null {
  switch (node.kind) {
    case Kind.FIELD: {
      const field = types.getFieldDef();
      return field ? fieldDocs(types.getParentType(), field) : null;
    }
    case Kind.ARGUMENT: {
      const argument = types.getArgument();
      if (!argument) {
        return null;
      }
      const field = types.getFieldDef();
      const parent = types.getParentType();
      const place: Place | null =
        field && parent ? { kind: "field", type: parent.name, field: field.name } : null;
      return found(`${argument.name}: ${argument.type}`, argument.description, place);
    }
    case Kind.OBJECT_FIELD:
    case Kind.VARIABLE:
      return ofType(
        types.getInputType(),
        node.kind === Kind.VARIABLE ? node.name.value : null,
        node,
      );
    case Kind.ENUM: {
      const value = types.getEnumValue();
      const type = getNamedType(types.getInputType());
      return value && type
        ? found(`${type.name}.${value.name}`, value.description, typePlace(type))
        : null;
    }
    case Kind.NAMED_TYPE: {
      const type = schema.getType(node.name.value);
      return type ? found(type.name, type.description, typePlace(type)) : null;
    }
    case Kind.DIRECTIVE: {
      const directive = types.getDirective();
      return directive ? found(`@${directive.name}`, directive.description, null) : null;
    }
    default:
      return null;
  }
}

function ofType(type: unknown, variable: string | null, node: ASTNode): Found | null {
  if (!type) {
    return null;
  }
  const named = getNamedType(type as GraphQLNamedType);
  const name =
    variable === null && node.kind === Kind.OBJECT_FIELD ? node.name.value : `$${variable}`;
  return found(`${name}: ${type}`, named.description, typePlace(named));
}

function fieldDocs(parent: GraphQLNamedType | null | undefined, field: AnyField): Found {
  const place: Place | null =
    parent && !field.name.startsWith("__")
      ? { kind: "field", type: parent.name, field: field.name }
      : null;
  return found(fieldSignature(field), field.description, place);
}

/** `person(id: Int!): Person`. */
export function fieldSignature(field: AnyField): string {
  const listed = argumentsOf(field).map((one) => `${one.name}: ${one.type}`);
  return `${field.name}${listed.length > 0 ? `(${listed.join(", ")})` : ""}: ${field.type}`;
}

function typePlace(type: GraphQLNamedType): Place {
  return { kind: "type", type: type.name };
}

function found(
  signature: string,
  description: string | null | undefined,
  place: Place | null,
): Found {
  return { signature, description: description ?? null, place };
}
