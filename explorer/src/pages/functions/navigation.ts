import type { FunctionInfo } from "../../api/types.ts";
import { keyOf } from "./forms.ts";

export interface Group {
  operation: FunctionInfo["operation"];
  title: string;
  functions: FunctionInfo[];
}

const TITLES: [FunctionInfo["operation"], string][] = [
  ["query", "Query"],
  ["mutation", "Mutation"],
  ["subscription", "Subscription"],
];

/**
 * Functions as the list has them: by operation, as they stand one below the other in the source, Atoll's own
 * last; those that a filter leaves, and first among these what has it in its name.
 */
export function groupsOf(functions: readonly FunctionInfo[], filter: string): Group[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return TITLES.map(([operation, title]) => ({
    operation,
    title,
    functions: functions
      .filter((each) => each.operation === operation && hasAll(textOf(each), words))
      .sort((a, b) => byName(b, words) - byName(a, words) || inSourceOrder(a, b)),
  })).filter((group) => group.functions.length > 0);
}

/** The function that an address names; one to begin with if it names none; null if it is not there. */
export function functionAt(
  functions: readonly FunctionInfo[],
  rest: string,
  last: string | null,
): FunctionInfo | null {
  const at = (key: string | null) => functions.find((each) => keyOf(each) === key);
  if (rest !== "") {
    return at(rest) ?? null;
  }
  return at(last) ?? firstToOpen(functions);
}

/** The first of the app's own that runs as it stands, without a value to be given; else the first. */
function firstToOpen(functions: readonly FunctionInfo[]): FunctionInfo | null {
  const listed = groupsOf(functions, "").flatMap((group) => group.functions);
  return listed.find((each) => !each.builtIn && runsAsItIs(each)) ?? listed[0] ?? null;
}

function runsAsItIs(about: FunctionInfo): boolean {
  return about.arguments.every((each) => !each.required);
}

function inSourceOrder(a: FunctionInfo, b: FunctionInfo): number {
  return (
    Number(a.builtIn) - Number(b.builtIn) ||
    Number(a.file === null) - Number(b.file === null) ||
    (a.file ?? "").localeCompare(b.file ?? "") ||
    (a.line ?? 0) - (b.line ?? 0)
  );
}

/** 1 if all words are in its name, 0 if some are in its doc alone. */
function byName(about: FunctionInfo, words: string[]): number {
  return Number(hasAll(namesOf(about), words));
}

function namesOf(about: FunctionInfo): string {
  return `${about.field} ${about.export}`;
}

function textOf(about: FunctionInfo): string {
  return `${namesOf(about)} ${about.description ?? ""}`;
}

function hasAll(text: string, words: string[]): boolean {
  const lower = text.toLowerCase();
  return words.every((word) => lower.includes(word));
}
