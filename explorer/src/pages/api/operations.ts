import { type DocumentNode, Kind, type OperationDefinitionNode, parse } from "graphql";

export type OperationKind = "query" | "mutation" | "subscription";

/** An operation of a document; `from` and `to` are offsets in its text. */
export interface Operation {
  name: string | null;
  kind: OperationKind;
  from: number;
  to: number;
  /** The first field that it asks for. */
  field: string | null;
  node: OperationDefinitionNode;
}

/** The operations of a document, in order; null while the text is no GraphQL. */
export function operationsOf(text: string): Operation[] | null {
  const document = parsed(text);
  if (document === null) {
    return null;
  }
  return document.definitions
    .filter((one) => one.kind === Kind.OPERATION_DEFINITION)
    .map((node) => ({
      name: node.name?.value ?? null,
      kind: node.operation,
      from: node.loc?.start ?? 0,
      to: node.loc?.end ?? 0,
      field: firstField(node),
      node,
    }));
}

function parsed(text: string): DocumentNode | null {
  try {
    return parse(text);
  } catch {
    return null;
  }
}

function firstField(node: OperationDefinitionNode): string | null {
  const found = node.selectionSet.selections.find((one) => one.kind === Kind.FIELD);
  return found?.kind === Kind.FIELD ? found.name.value : null;
}

/** The operation at an offset: the one around it, else the last that ends before, else the first. */
export function operationAt(operations: Operation[], offset: number): Operation | null {
  const around = operations.find((one) => one.from <= offset && offset <= one.to);
  return around ?? operations.findLast((one) => one.to < offset) ?? operations[0] ?? null;
}

/** What an operation is called in menus. */
export function operationLabel(operation: Operation): string {
  return operation.name ?? (operation.field === null ? operation.kind : `{ ${operation.field} }`);
}

/** A short name for a document: that of its first operation, or what it asks for. */
export function documentTitle(text: string): string {
  const [first] = operationsOf(text) ?? [];
  if (first !== undefined) {
    return first.name ?? first.field ?? "Untitled";
  }
  const named = /\b(?:query|mutation|subscription)\s+([A-Za-z_]\w*)/.exec(text);
  return named?.[1] ?? "Untitled";
}
