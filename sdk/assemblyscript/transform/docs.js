/* Documentation: the block of stars above a declaration. */

/** The comments of all sources, collected while they are parsed: the syntax tree has none. */
export class Comments {
  #bySource = new Map();

  /** Start to collect. Sources parsed earlier are not known. */
  constructor(parser) {
    parser.onComment = (_kind, text, range) => {
      if (text.startsWith("/**") && text.length > "/**/".length) this.#add(text, range);
    };
  }

  #add(text, range) {
    const known = this.#bySource.get(range.source) ?? new Map();
    known.set(range.start, { text, start: range.start, end: range.end });
    this.#bySource.set(range.source, known);
  }

  /**
   * `{lines}` of the last block before the name of a declaration: above it, or between its
   * decorators and its name. Null if there is none.
   */
  docsOf(declaration) {
    const { range, name } = declaration;
    let closest = null;
    for (const comment of this.#bySource.get(range.source)?.values() ?? []) {
      if (comment.end > name.range.start) continue;
      const isAbove = isBlank(range.source.text.slice(comment.end, range.start));
      if ((isAbove || comment.start >= range.start) && comment.start >= (closest?.start ?? 0)) {
        closest = comment;
      }
    }
    return closest && { lines: linesOf(closest.text) };
  }
}

function linesOf(text) {
  const [first, ...rest] = text.slice("/**".length, -"*/".length).split("\n");
  const lines = rest
    .map((line) => line.trim())
    .filter((line) => line.startsWith("* "))
    .map((line) => line.slice(2).trim());
  // A block of one line, or text that begins beside the stars.
  if (first.trim()) lines.unshift(first.trim());
  return lines;
}

/** Whether nothing stands there but comments, and words before the name of a constructor's field. */
function isBlank(text) {
  const rest = text.replace(/\/\*[^]*?\*\/|\/\/[^\n]*/g, "");
  return /^\s*(?:(?:public|private|protected|readonly|override)\s+)*$/.test(rest);
}
