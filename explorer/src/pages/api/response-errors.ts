import type { GraphqlError } from "../../api/graphql.ts";

/** A stretch of the query that an error is about. */
export interface ErrorMark {
  from: number;
  to: number;
  message: string;
}

/** Where in the text that was sent the errors are; those that name no place have none. */
export function errorMarks(errors: readonly GraphqlError[], text: string): ErrorMark[] {
  const starts = lineStarts(text);
  return errors.flatMap((error) =>
    (error.locations ?? []).flatMap(({ line, column }) => {
      const start = starts[line - 1];
      if (start === undefined || !(column >= 1)) {
        return [];
      }
      const from = Math.min(start + column - 1, text.length);
      return [{ from, to: from + wordLength(text, from), message: error.message }];
    }),
  );
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (const match of text.matchAll(/\r\n|\r|\n/g)) {
    starts.push(match.index + match[0].length);
  }
  return starts;
}

function wordLength(text: string, from: number): number {
  const word = /^[$@]?\w+/.exec(text.slice(from, from + 200));
  return word?.[0].length ?? Math.min(1, text.length - from);
}

/** `person.friends[2].name`. */
export function pathText(path: readonly (string | number)[]): string {
  return path.reduce<string>(
    (text, part) =>
      typeof part === "number" ? `${text}[${part}]` : text === "" ? part : `${text}.${part}`,
    "",
  );
}
