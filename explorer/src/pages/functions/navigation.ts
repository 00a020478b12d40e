import type { FunctionInfo } from "../../api/types";
import { keyOf } from "./forms";

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

/** Functions as the list has them: by operation, Atoll's own last, those that a filter leaves. */
export function groupsOf(functions: readonly FunctionInfo[], filter: string): Group[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return TITLES.map(([operation, title]) => ({
    operation,
    title,
    functions: functions
      .filter((each) => each.operation === operation && hasAll(each, words))
      .sort((a, b) => Number(a.builtIn) - Number(b.builtIn)),
  })).filter((group) => group.functions.length > 0);
}

/** The function that an address names; the first one if it names none; null if it is not there. */
export function functionAt(
  functions: readonly FunctionInfo[],
  rest: string,
  last: string | null,
): FunctionInfo | null {
  const at = (key: string | null) => functions.find((each) => keyOf(each) === key);
  if (rest !== "") {
    return at(rest) ?? null;
  }
  return at(last) ?? groupsOf(functions, "")[0]?.functions[0] ?? null;
}

function hasAll(about: FunctionInfo, words: string[]): boolean {
  const text = `${about.field} ${about.export} ${about.description ?? ""}`.toLowerCase();
  return words.every((word) => text.includes(word));
}
