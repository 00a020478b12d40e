import type { Json } from "../../../api/types.ts";
import { jsonProblem } from "../../../components/JsonEditor/json-problem.ts";
import { read, type Setting, written } from "../settings.ts";

/** What is about to be asked. */
export interface Draft {
  model: string;
  /** The input's JSON; while it is edited it may be none. */
  text: string;
}

export function textOf(input: Json): string {
  return JSON.stringify(input, null, 2);
}

/** The input that a text is, or what is wrong with it. */
export function inputOf(text: string): { input: Json } | { problem: string } {
  const problem = jsonProblem(text);
  if (problem === null) {
    return { input: JSON.parse(text) as Json };
  }
  const line = text.slice(0, problem.from).split("\n").length;
  return { problem: `Line ${line}: ${problem.message}` };
}

/** What a control shows: a number, nothing, or whatever else the input has there, as JSON. */
export function settingText(input: Json, setting: Setting): string {
  const value = read(input, setting.path);
  return value === undefined
    ? ""
    : typeof value === "number"
      ? String(value)
      : JSON.stringify(value);
}

/** The input after a control was changed to `text`; null if that is no number. Nothing takes it away. */
export function withSetting(input: Json, setting: Setting, text: string): Json | null {
  const trimmed = text.trim();
  if (trimmed === "") {
    return written(input, setting.path, null);
  }
  const value = Number(trimmed);
  return Number.isFinite(value) ? written(input, setting.path, value) : null;
}
