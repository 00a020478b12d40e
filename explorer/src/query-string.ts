type Value = string | number | null | undefined;

/** `?a=1&b=2` of those that are neither null, undefined nor empty; empty if none are left. */
export function queryString(of: Record<string, Value> | Iterable<[string, Value]>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Symbol.iterator in of ? of : Object.entries(of)) {
    if (value !== null && value !== undefined && value !== "") {
      query.append(name, String(value));
    }
  }
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}
