import { digitsOf, firstMarked, parseExactly } from "../../api/exact-json.ts";
import type { Json } from "../../api/types.ts";

/** What became of a text: a value for the API, or what is wrong with it. */
export type Read = { value: Json } | { problem: string };

const RANGES: Record<string, [bigint, bigint]> = {
  Int: [-(2n ** 31n), 2n ** 31n - 1n],
  Int64: [-(2n ** 63n), 2n ** 63n - 1n],
  UInt: [0n, 2n ** 32n - 1n],
  UInt64: [0n, 2n ** 64n - 1n],
};

const EXAMPLES: Record<string, string> = {
  Int: "0",
  Int64: "0",
  UInt: "0",
  UInt64: "0",
  Float: "0.0",
  Timestamp: "2025-01-31T12:30:00Z",
  Date: "2025-01-31",
  Time: "12:30:00",
  UUID: "6fa459ea-ee8a-3ca4-894e-db77e160355e",
  Decimal: "12.50",
  JSON: '{"any": "JSON"}',
};

const DAY = /^(\d{4})-(\d\d)-(\d\d)$/;
const CLOCK = /^(\d\d):(\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)? ?([Zz]|[+-]\d\d(?::?\d\d)?)?$/;
const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,9})?$/;
const DURATION = /^-?(\d+(\.\d+)?(d|h|min|m|s|ms|us|µs|ns) ?)+$/;
const ARRAY = /^(Int8|Int16|Uint16|Int32|Uint32|Int64|Uint64|Float32|Float64)Array$/;

const NANOSECONDS: Record<string, number> = {
  d: 86_400e9,
  h: 3_600e9,
  min: 60e9,
  m: 60e9,
  s: 1e9,
  ms: 1e6,
  us: 1e3,
  µs: 1e3,
  ns: 1,
};

/** Whether a scalar is one of numbers without a fraction. */
export function isInteger(name: string): boolean {
  return name in RANGES;
}

/** Whether the form edits a scalar as text in JSON. */
export function isJsonText(name: string): boolean {
  const isPlain =
    (name in EXAMPLES && name !== "JSON") || ["String", "ID", "Boolean"].includes(name);
  return !isPlain;
}

/** What a value of a scalar looks like. */
export function example(name: string): string {
  return (
    EXAMPLES[name] ??
    (ARRAY.test(name) ? "[1, 2, 3]" : name === "String" || name === "ID" ? "" : "{}")
  );
}

/** The text with which a required field of a scalar begins. */
export function startingText(name: string, now: Date): string {
  switch (name) {
    case "String":
    case "ID":
      return "";
    case "Boolean":
      return "false";
    case "Float":
    case "Decimal":
      return "0";
    case "Timestamp":
      return `${now.toISOString().slice(0, 19)}Z`;
    case "Date":
      return now.toISOString().slice(0, 10);
    case "Time":
      return now.toISOString().slice(11, 19);
    case "UUID":
      return crypto.randomUUID();
    default:
      return isInteger(name) ? "0" : ARRAY.test(name) ? "[]" : "{}";
  }
}

/** Reads what was typed for a scalar. */
export function readText(name: string, text: string): Read {
  const trimmed = text.trim();
  switch (name) {
    case "String":
    case "ID":
      return { value: text };
    case "Boolean":
      return trimmed === "true" || trimmed === "false"
        ? { value: trimmed === "true" }
        : { problem: "Choose true or false." };
    case "Float":
      return trimmed !== "" && Number.isFinite(Number(trimmed)) && DECIMAL.test(trimmed)
        ? { value: Number(trimmed) }
        : { problem: "Write a number, such as 1.5 or 2e3." };
    case "Timestamp":
    case "Date":
    case "Time":
    case "UUID":
    case "Decimal":
      return checked(name, trimmed);
  }
  if (isInteger(name)) {
    return integer(
      name,
      name === "Int64" && DURATION.test(trimmed) ? nanoseconds(trimmed) : trimmed,
    );
  }
  if (ARRAY.test(name) && trimmed !== "" && !trimmed.startsWith("[")) {
    return checked(name, trimmed);
  }
  try {
    return checked(name, parseExactly(trimmed));
  } catch {
    return { problem: "Write JSON: texts and names stand in double quotes." };
  }
}

/** The text that `readText` reads as a value. */
export function writeText(name: string, value: Json): string {
  const digits = digitsOf(value);
  if (digits !== null) {
    return digits;
  }
  const isPlain = typeof value === "string" && (!isJsonText(name) || ARRAY.test(name));
  return isPlain ? value : JSON.stringify(value, null, typeof value === "object" ? 2 : 0);
}

/** Checks a JSON value for a scalar, as the server will. */
export function checked(name: string, value: Json): Read {
  const digits = digitsOf(value);
  if (isInteger(name)) {
    const text = digits ?? (typeof value === "number" ? wholeText(value) : value);
    if (name === "Int" && typeof value === "string" && digits === null) {
      return { problem: "Write a whole number, without quotes." };
    }
    return typeof text === "string" ? integer(name, text) : { problem: "Write a whole number." };
  }
  switch (name) {
    case "String":
    case "ID":
      return typeof value === "string" && digits === null
        ? { value }
        : { problem: "Write a text, in double quotes." };
    case "Boolean":
      return typeof value === "boolean" ? { value } : { problem: "Write true or false." };
    case "Float": {
      const number = digits === null ? value : Number(digits);
      return typeof number === "number" && Number.isFinite(number)
        ? { value: number }
        : { problem: "Write a number." };
    }
    case "Decimal": {
      const text = digits ?? (typeof value === "number" ? String(value) : value);
      return typeof text === "string" && DECIMAL.test(text)
        ? { value: text }
        : { problem: "Write a decimal number, such as 12.50." };
    }
    case "Timestamp":
      return typeof value === "string" && isTimestamp(value.trim())
        ? { value }
        : { problem: "Write a date and a time, such as 2025-01-31T12:30:00Z." };
    case "Date":
      return typeof value === "string" && isDay(value)
        ? { value }
        : { problem: "Write a date, such as 2025-01-31." };
    case "Time":
      return typeof value === "string" && isClock(value)
        ? { value }
        : { problem: "Write a time of day, such as 12:30 or 12:30:00.25." };
    case "UUID":
      return typeof value === "string" && UUID.test(value)
        ? { value }
        : { problem: `Write a UUID, such as ${EXAMPLES.UUID}.` };
  }
  const marked = firstMarked(value);
  if (marked !== null) {
    return {
      problem: `The number ${marked} has too many digits: give it as a text, in double quotes.`,
    };
  }
  if (ARRAY.test(name)) {
    const fits = Array.isArray(value)
      ? value.every((item) => typeof item === "number")
      : isBase64(value);
    return fits ? { value } : { problem: "Write a list of numbers, such as [1, 2, 3], or base64." };
  }
  return { value };
}

/** What a duration such as `1h30m` is in the nanoseconds that are sent; null for what is none. */
export function durationWords(text: string): string | null {
  if (!DURATION.test(text.trim())) {
    return null;
  }
  return `${Number(nanoseconds(text.trim())).toLocaleString("en")} ns`;
}

function integer(name: string, text: string): Read {
  const [low, high] = RANGES[name] as [bigint, bigint];
  if (!/^[+-]?\d{1,40}$/.test(text)) {
    return { problem: `Write a whole number, from ${low} to ${high}.` };
  }
  const number = BigInt(text.replace(/^\+/, ""));
  if (number < low || number > high) {
    return { problem: `This is out of range: from ${low} to ${high}.` };
  }
  const plain = Number(number);
  return { value: Number.isSafeInteger(plain) ? plain : String(number) };
}

function wholeText(value: number): string {
  return Number.isInteger(value) ? BigInt(value).toString() : String(value);
}

function nanoseconds(text: string): string {
  const sign = text.startsWith("-") ? -1 : 1;
  let sum = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(min|ms|us|µs|ns|d|h|m|s)/g)) {
    sum += Number(amount) * (NANOSECONDS[unit as string] ?? 0);
  }
  const whole = Math.round(sum) * sign;
  return Number.isSafeInteger(whole) ? String(whole) : BigInt(whole).toString();
}

function isDay(text: string): boolean {
  const [, year, month, day] = DAY.exec(text) ?? [];
  if (year === undefined || year === "0000") {
    return false;
  }
  const date = new Date(`${text}T00:00:00Z`);
  return date.getUTCMonth() + 1 === Number(month) && date.getUTCDate() === Number(day);
}

function isClock(text: string): boolean {
  const [, hours, minutes, seconds = "0", zone = "Z"] = CLOCK.exec(text) ?? [];
  if (hours === undefined || Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) {
    return false;
  }
  const [, zoneHours = "0", zoneMinutes = "0"] = /^.(\d\d):?(\d\d)?$/.exec(zone) ?? [];
  return Number(zoneHours) <= 23 && Number(zoneMinutes) <= 59;
}

function isTimestamp(text: string): boolean {
  if (!isDay(text.slice(0, 10))) {
    return false;
  }
  const rest = text.slice(10);
  return rest === "" || (/^[Tt ]/.test(rest) && isClock(rest.slice(1)));
}

function isBase64(value: Json): boolean {
  return (
    typeof value === "string" && value.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(value)
  );
}
