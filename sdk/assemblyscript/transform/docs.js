/* Documentation: the block of stars above a declaration. */


/**
 * The lines of the block that stands directly before a declaration, without their stars; null if
 * there is none.
 */
export function docsOf(declaration) {
  const { source, start } = declaration.range;
  const text = source.text;
  let at = skipBack(text, startOf(declaration, start));
  if (!text.startsWith("*/", at - 2)) return null;
  const begin = text.lastIndexOf("/*", at - 3);
  if (begin < 0 || text[begin + 2] !== "*" || begin + 3 > at - 2) return null;
  const lines = text
    .slice(begin + 3, at - 2)
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line.startsWith("* "))
    .map((line) => line.slice(2));
  return { lines };
}

/** Where a declaration begins with its decorators and the words before its name. */
function startOf(declaration, start) {
  let first = start;
  for (const decorator of declaration.decorators ?? []) {
    first = Math.min(first, decorator.range.start);
  }
  const text = declaration.range.source.text;
  const words = /(?:\b(?:export|default|declare|abstract|public|private|protected|readonly)\s+)+$/;
  const before = words.exec(text.slice(Math.max(0, first - 200), first));
  return before ? first - before[0].length : first;
}

function skipBack(text, at) {
  while (at > 0 && /\s/.test(text[at - 1])) at--;
  return at;
}

