/** A type as GraphQL writes it: `[Person!]!`. */
export type TypeRef =
  | { kind: "named"; name: string; nullable: boolean }
  | { kind: "list"; item: TypeRef; nullable: boolean };

const parsed = new Map<string, TypeRef>();

/** Reads GraphQL's notation of a type. */
export function parseType(text: string): TypeRef {
  let found = parsed.get(text);
  if (!found) {
    found = read(text.trim());
    parsed.set(text, found);
  }
  return found;
}

/** The name of the type inside of all lists. */
export function innermost(type: TypeRef): string {
  return type.kind === "list" ? innermost(type.item) : type.name;
}

function read(text: string): TypeRef {
  const nullable = !text.endsWith("!");
  const body = nullable ? text : text.slice(0, -1);
  if (body.startsWith("[")) {
    return { kind: "list", item: read(body.slice(1, -1)), nullable };
  }
  return { kind: "named", name: body, nullable };
}

/** A type in GraphQL's notation. */
export function printType(type: TypeRef): string {
  const body = type.kind === "list" ? `[${printType(type.item)}]` : type.name;
  return type.nullable ? body : `${body}!`;
}
