/** What a key means: go to the page with that key, show the help, or search. */
export interface Shortcut {
  go?: string;
  help?: boolean;
  search?: boolean;
}

/** Between `g` and the key of a page. */
const PATIENCE_MS = 1500;

/** A reader of keys as they come, with their times in milliseconds. */
export function shortcutReader(
  pages: readonly string[],
): (key: string, at: number) => Shortcut | null {
  let pressedG = Number.NEGATIVE_INFINITY;
  return (key, at) => {
    const after = at - pressedG <= PATIENCE_MS;
    pressedG = Number.NEGATIVE_INFINITY;
    if (after && pages.includes(key)) {
      return { go: key };
    }
    if (key === "g") {
      pressedG = at;
    }
    return key === "?" ? { help: true } : key === "/" ? { search: true } : null;
  };
}
