import type { Json } from "../../api/types.ts";

/** What can be said of a vector in a line. */
export interface VectorSummary {
  dimension: number;
  length: number;
  least: number;
  greatest: number;
  /** Heights from -1 to 1; of a long vector the most extreme number of each stretch. */
  bars: number[];
  first: number[];
}

export interface Prediction {
  label: string;
  /** From 0 to 1; null where the model gives none. */
  confidence: number | null;
  probabilities: { label: string; probability: number }[];
}

const MOST_BARS = 192;
/** Shorter texts may be words. */
const LEAST_BASE64 = 64;

function isNumbers(value: Json): value is number[] {
  return (
    Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === "number")
  );
}

function objectOf(value: Json | undefined): { [name: string]: Json } | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : null;
}

/** The vectors in the data of an answer; null if it has none. */
export function vectorsOf(value: Json): number[][] | null {
  if (isNumbers(value)) {
    return [value];
  }
  if (typeof value === "string") {
    const vector = value.length >= LEAST_BASE64 ? fromBase64(value) : null;
    return vector && [vector];
  }
  const list = Array.isArray(value) ? value : inside(value, ["data", "embeddings", "predictions"]);
  if (!list || list.length === 0) {
    return null;
  }
  const vectors = list.map((each) => {
    const vector = objectOf(each)?.embedding ?? each;
    if (typeof vector === "string") {
      return fromBase64(vector);
    }
    return isNumbers(vector) ? vector : null;
  });
  return vectors.every((each) => each !== null) ? (vectors as number[][]) : null;
}

/** What a classifier said of each text; null if the data is nothing of that kind. */
export function predictionsOf(value: Json): Prediction[] | null {
  const single = objectOf(value)?.label !== undefined ? [value] : null;
  const list = Array.isArray(value) ? value : (single ?? inside(value, ["predictions"]));
  if (!list || list.length === 0) {
    return null;
  }
  const found = list.map((each) => {
    const prediction = objectOf(each);
    if (typeof prediction?.label !== "string") {
      return null;
    }
    const probabilities = Array.isArray(prediction.probabilities) ? prediction.probabilities : [];
    return {
      label: prediction.label,
      confidence: typeof prediction.confidence === "number" ? prediction.confidence : null,
      probabilities: probabilities
        .map(objectOf)
        .flatMap((one) =>
          typeof one?.label === "string" && typeof one.probability === "number"
            ? [{ label: one.label, probability: one.probability }]
            : [],
        )
        .sort((one, other) => other.probability - one.probability),
    };
  });
  return found.every((each) => each !== null) ? (found as Prediction[]) : null;
}

function inside(value: Json, names: string[]): Json[] | null {
  const object = objectOf(value);
  for (const name of names) {
    const list = object?.[name];
    if (Array.isArray(list)) {
      return list;
    }
  }
  return null;
}

/** The numbers of `encoding_format: base64`: 32-bit floats, the lowest byte first. */
function fromBase64(text: string): number[] | null {
  let bytes: string;
  try {
    bytes = atob(text);
  } catch {
    return null;
  }
  if (bytes.length === 0 || bytes.length % 4 !== 0) {
    return null;
  }
  const view = new DataView(Uint8Array.from(bytes, (sign) => sign.charCodeAt(0)).buffer);
  return Array.from({ length: bytes.length / 4 }, (_, index) => view.getFloat32(4 * index, true));
}

export function summary(vector: number[]): VectorSummary {
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  let squares = 0;
  for (const each of vector) {
    least = Math.min(least, each);
    greatest = Math.max(greatest, each);
    squares += each * each;
  }
  const most = Math.max(Math.abs(least), Math.abs(greatest)) || 1;
  return {
    dimension: vector.length,
    length: Math.sqrt(squares),
    least,
    greatest,
    bars: extremes(vector, MOST_BARS).map((each) => each / most),
    first: vector.slice(0, 4),
  };
}

function extremes(vector: number[], count: number): number[] {
  if (vector.length <= count) {
    return vector;
  }
  return Array.from({ length: count }, (_, index) => {
    const start = Math.floor((index * vector.length) / count);
    const end = Math.floor(((index + 1) * vector.length) / count);
    let found = 0;
    for (let at = start; at < end; at++) {
      const each = vector[at] as number;
      if (Math.abs(each) > Math.abs(found)) {
        found = each;
      }
    }
    return found;
  });
}

/** The cosine of the angle between two vectors; null where they cannot be compared. */
export function cosine(one: number[], other: number[]): number | null {
  if (one.length !== other.length) {
    return null;
  }
  let product = 0;
  let first = 0;
  let second = 0;
  one.forEach((each, index) => {
    const its = other[index] as number;
    product += each * its;
    first += each * each;
    second += its * its;
  });
  return first && second ? product / Math.sqrt(first * second) : null;
}
