/** Where one is in a collection, as the URL's query says it. */
export type View = "search" | "browse" | "compare" | "map";

export const VIEWS: { id: View; label: string }[] = [
  { id: "search", label: "Search" },
  { id: "browse", label: "Browse" },
  { id: "compare", label: "Compare" },
  { id: "map", label: "Map" },
];

export interface Place {
  view: View;
  /** What is searched for. */
  q: string;
  /** Null looks at all of them. */
  namespace: string | null;
  method: string | null;
  mode: Mode;
  /** The one whose details are shown. */
  entry: { namespace: string; key: string } | null;
  /** Whether these have texts that are near to it, too. */
  similar: boolean;
}

export type Mode = "vector" | "text" | "hybrid";

export const MODES: { id: Mode; label: string; about: string }[] = [
  { id: "vector", label: "Meaning", about: "Finds the texts whose vectors are nearest." },
  { id: "text", label: "Words", about: "Finds texts that have any of the words." },
  { id: "hybrid", label: "Both", about: "Finds by meaning and by words, as one list." },
];

export function readPlace(query: URLSearchParams): Place {
  const key = query.get("key");
  return {
    view: VIEWS.find((each) => each.id === query.get("view"))?.id ?? "search",
    q: query.get("q") ?? "",
    namespace: query.get("namespace"),
    method: query.get("method"),
    mode: MODES.find((each) => each.id === query.get("mode"))?.id ?? "vector",
    entry: key === null ? null : { namespace: query.get("keyNamespace") ?? "", key },
    similar: key !== null && query.has("similar"),
  };
}

/** The query of a place; what is as it is without being said is not said. */
export function writePlace(place: Place): string {
  const query = new URLSearchParams();
  if (place.view !== "search") {
    query.set("view", place.view);
  }
  if (place.q !== "") {
    query.set("q", place.q);
  }
  if (place.namespace !== null) {
    query.set("namespace", place.namespace);
  }
  if (place.method !== null) {
    query.set("method", place.method);
  }
  if (place.mode !== "vector") {
    query.set("mode", place.mode);
  }
  if (place.entry) {
    query.set("key", place.entry.key);
    if (place.entry.namespace !== "") {
      query.set("keyNamespace", place.entry.namespace);
    }
    if (place.similar) {
      query.set("similar", "1");
    }
  }
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}

/** Namespaces are shown by name; the one whose name is empty needs words. */
export function namespaceLabel(name: string): string {
  return name === "" ? "default" : name;
}
