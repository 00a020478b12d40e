import { digitsOf } from "../../api/exact-json.ts";
import type { Json } from "../../api/types.ts";

/** What a stream has given so far. It is changed in place: there may be very many. */
export interface Elements {
  /** The newest, oldest of them first. */
  kept: { value: Json; atMs: number }[];
  /** How many there were. */
  count: number;
  /** When the first came, since the start. */
  firstMs: number | null;
  /** All elements joined, as long as every one of them is a text. */
  text: string | null;
  /** How much at the start of the text is not kept. */
  textLost: number;
}

/** How many elements are kept. */
export const MOST_ELEMENTS = 5_000;
/** How much of the joined text is kept, in UTF-16 units. */
export const MOST_TEXT = 2_000_000;

export function noElements(): Elements {
  return { kept: [], count: 0, firstMs: null, text: "", textLost: 0 };
}

/** Takes one more; `atMs` is the time since the start. */
export function take(elements: Elements, value: Json, atMs: number): void {
  elements.count += 1;
  elements.firstMs ??= atMs;
  elements.kept.push({ value, atMs });
  if (elements.kept.length >= 2 * MOST_ELEMENTS) {
    elements.kept.splice(0, elements.kept.length - MOST_ELEMENTS);
  }
  elements.text = isText(value) && elements.text !== null ? elements.text + value : null;
  if (elements.text !== null && elements.text.length > 2 * MOST_TEXT) {
    elements.textLost += elements.text.length - MOST_TEXT;
    elements.text = elements.text.slice(-MOST_TEXT);
  }
}

function isText(value: Json): value is string {
  return typeof value === "string" && digitsOf(value) === null;
}
