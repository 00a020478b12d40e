import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isInputObjectType,
  isObjectType,
} from "graphql";

/** What the docs show: the start, a type, or a field of one. */
export type Place =
  | { kind: "start" }
  | { kind: "type"; type: string }
  | { kind: "field"; type: string; field: string };

/** Where one was, and where one is. */
export interface Trail {
  places: Place[];
  at: number;
}

const MOST = 50;

export const START: Trail = { places: [{ kind: "start" }], at: 0 };

export function placeOf(trail: Trail): Place {
  return trail.places[trail.at] ?? { kind: "start" };
}

/** Go on to a place; what lay ahead is forgotten. */
export function gone(trail: Trail, place: Place): Trail {
  if (isSamePlace(placeOf(trail), place)) {
    return trail;
  }
  const places = [...trail.places.slice(0, trail.at + 1), place].slice(-MOST);
  return { places, at: places.length - 1 };
}

export function back(trail: Trail): Trail {
  return { ...trail, at: Math.max(0, trail.at - 1) };
}

export function forward(trail: Trail): Trail {
  return { ...trail, at: Math.min(trail.places.length - 1, trail.at + 1) };
}

/** The trail without the places that a new schema does not have any more. */
export function stillThere(trail: Trail, schema: GraphQLSchema): Trail {
  const kept = trail.places.map((place) => isIn(schema, place));
  if (!kept.includes(false)) {
    return trail;
  }
  const places = trail.places.filter((_, at) => kept[at]);
  const before = kept.slice(0, trail.at + 1).filter(Boolean).length;
  return places.length === 0 ? START : { places, at: Math.max(0, before - 1) };
}

function isIn(schema: GraphQLSchema, place: Place): boolean {
  if (place.kind === "start") {
    return true;
  }
  const type = schema.getType(place.type);
  if (place.kind === "type") {
    return type !== undefined;
  }
  return fieldsOf(type).some((one) => one.name === place.field);
}

export function isSamePlace(a: Place, b: Place): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

export type AnyField = GraphQLField<unknown, unknown> | GraphQLInputField;

/** The fields of a type that has some. */
export function fieldsOf(type: GraphQLNamedType | null | undefined): AnyField[] {
  return isObjectType(type) || isInputObjectType(type) ? Object.values(type.getFields()) : [];
}

export function argumentsOf(field: AnyField): readonly GraphQLArgument[] {
  return "args" in field ? field.args : [];
}

/** The types at which one begins. */
export function rootsOf(schema: GraphQLSchema): GraphQLNamedType[] {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  return roots.filter((one) => one !== null && one !== undefined);
}

/** The app's own types by name, without the roots and those of introspection. */
export function typesOf(schema: GraphQLSchema): GraphQLNamedType[] {
  const roots = new Set(rootsOf(schema).map((one) => one.name));
  return Object.values(schema.getTypeMap())
    .filter((one) => !one.name.startsWith("__") && !roots.has(one.name))
    .sort((a, b) => a.name.localeCompare(b.name));
}

export interface Hit {
  place: Place;
  /** `Query.person`. */
  title: string;
  /** Why it was found, where that is not its title: an argument, or a line of its description. */
  note: string | null;
}

/** What has a text in its name, in names of arguments, or in its description: best first. */
export function searchDocs(schema: GraphQLSchema, text: string, most = 60): Hit[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") {
    return [];
  }
  const hits: { hit: Hit; rank: number }[] = [];
  for (const type of [...rootsOf(schema), ...typesOf(schema)]) {
    const rank = rankOf(type.name, type.description, wanted);
    const place: Place = { kind: "type", type: type.name };
    if (rank !== null) {
      hits.push({ hit: hit(place, type.name, type, rank, wanted), rank });
    }
    for (const field of fieldsOf(type)) {
      const found = fieldHit(type.name, field, wanted);
      if (found !== null) {
        hits.push(found);
      }
    }
  }
  hits.sort((a, b) => a.rank - b.rank);
  return hits.slice(0, most).map((one) => one.hit);
}

function fieldHit(
  type: string,
  field: AnyField,
  wanted: string,
): { hit: Hit; rank: number } | null {
  const place: Place = { kind: "field", type, field: field.name };
  const title = `${type}.${field.name}`;
  const rank = rankOf(field.name, field.description, wanted);
  const exact = title.toLowerCase() === wanted ? 0 : rank;
  if (exact !== null && exact < 3) {
    return { hit: hit(place, title, field, exact, wanted), rank: exact };
  }
  const argument = argumentsOf(field).find((one) => one.name.toLowerCase().includes(wanted));
  if (argument !== undefined) {
    const note = `${argument.name}: ${argument.type}`;
    return { hit: { place, title, note }, rank: 3 };
  }
  return rank === null ? null : { hit: hit(place, title, field, rank, wanted), rank };
}

/** 0 for the very name, 1 for its beginning, 2 for a part, 4 for the description; null for none. */
function rankOf(
  name: string,
  description: string | null | undefined,
  wanted: string,
): number | null {
  const lower = name.toLowerCase();
  if (lower === wanted) {
    return 0;
  }
  if (lower.startsWith(wanted)) {
    return 1;
  }
  if (lower.includes(wanted)) {
    return 2;
  }
  return description?.toLowerCase().includes(wanted) ? 4 : null;
}

function hit(
  place: Place,
  title: string,
  of: { description?: string | null | undefined },
  rank: number,
  wanted: string,
): Hit {
  const lines = (of.description ?? "").split("\n");
  const line = rank === 4 ? lines.find((one) => one.toLowerCase().includes(wanted)) : lines[0];
  return { place, title, note: line?.trim() || null };
}
