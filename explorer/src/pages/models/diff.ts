/** A piece of text that both have, or only the first (`removed`), or only the second (`added`). */
export interface Change {
  kind: "same" | "removed" | "added";
  text: string;
}

const MOST_EDITS = 1_500;
// Scripts without spaces between words are compared by characters.
const UNSPACED = "[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}]";
const WORDS = new RegExp(`\\s+|(?:(?!${UNSPACED})[\\p{L}\\p{N}\\p{M}_])+|[^\\s]`, "gu");
const BETWEEN = /^[\s\p{P}]{0,3}$/u;

/** Words, runs of spaces, and signs; together they are the text. */
export function words(text: string): string[] {
  return text.match(WORDS) ?? [];
}

/**
 * What turns one text into another, word by word: as few words as possible are removed and added.
 *
 * Texts that differ in more than some 1,500 words are told as one change between their common
 * beginning and end, since the search takes the square of that.
 */
export function diff(before: string, after: string): Change[] {
  const old = words(before);
  const young = words(after);
  let start = 0;
  while (start < old.length && start < young.length && old[start] === young[start]) {
    start++;
  }
  let end = 0;
  const longest = Math.min(old.length, young.length) - start;
  while (end < longest && old[old.length - 1 - end] === young[young.length - 1 - end]) {
    end++;
  }

  const changes = new Changes();
  changes.add("same", old.slice(0, start));
  const removed = old.slice(start, old.length - end);
  const added = young.slice(start, young.length - end);
  const path = shortest(removed, added);
  if (path) {
    walk(path, removed, added, changes);
  } else {
    changes.add("removed", removed);
    changes.add("added", added);
  }
  changes.add("same", old.slice(old.length - end));
  return smoothed(changes.ended());
}

/** Spaces and signs between changes become parts of them: one mark is easier to read than many. */
function smoothed(found: Change[]): Change[] {
  const changes = new Changes();
  found.forEach(({ kind, text }, index) => {
    const between = index > 0 && index < found.length - 1;
    if (kind === "same" && between && BETWEEN.test(text)) {
      changes.add("removed", [text]);
      changes.add("added", [text]);
    } else {
      changes.add(kind, [text]);
    }
  });
  return changes.ended();
}

/** Which share of the words of both texts is the same, from 0 to 1; of texts of signs alone, all or none. */
export function likeness(changes: Change[]): number {
  let same = 0;
  let all = 0;
  for (const { kind, text } of changes) {
    const count = words(text).filter((each) => /[\p{L}\p{N}]/u.test(each)).length;
    all += kind === "same" ? 2 * count : count;
    same += kind === "same" ? 2 * count : 0;
  }
  return all === 0 ? Number(changes.every(({ kind }) => kind === "same")) : same / all;
}

class Changes {
  private readonly found: Change[] = [];
  private removed = "";
  private added = "";

  add(kind: Change["kind"], pieces: string[]): void {
    const text = pieces.join("");
    if (!text) {
      return;
    }
    if (kind === "removed") {
      this.removed += text;
    } else if (kind === "added") {
      this.added += text;
    } else {
      this.settle();
      const last = this.found.at(-1);
      if (last?.kind === "same") {
        last.text += text;
      } else {
        this.found.push({ kind, text });
      }
    }
  }

  ended(): Change[] {
    this.settle();
    return this.found;
  }

  /** What was removed in one place stands before what was added there. */
  private settle(): void {
    if (this.removed) {
      this.found.push({ kind: "removed", text: this.removed });
    }
    if (this.added) {
      this.found.push({ kind: "added", text: this.added });
    }
    this.removed = "";
    this.added = "";
  }
}

/**
 * The furthest reaching paths of each number of edits: E. W. Myers, "An O(ND) Difference Algorithm and
 * Its Variations" (1986). Null if there are too many edits.
 */
function shortest(old: string[], young: string[]): Int32Array[] | null {
  const most = Math.min(old.length + young.length, MOST_EDITS);
  const reach = new Int32Array(2 * most + 3);
  const middle = most + 1;
  const trace: Int32Array[] = [];
  for (let edits = 0; edits <= most; edits++) {
    trace.push(reach.slice(middle - edits - 1, middle + edits + 2));
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      const left = reach[middle + diagonal - 1] as number;
      const right = reach[middle + diagonal + 1] as number;
      const down = diagonal === -edits || (diagonal !== edits && left < right);
      let x = down ? right : left + 1;
      let y = x - diagonal;
      while (x < old.length && y < young.length && old[x] === young[y]) {
        x++;
        y++;
      }
      reach[middle + diagonal] = x;
      if (x >= old.length && y >= young.length) {
        return trace;
      }
    }
  }
  return null;
}

function walk(trace: Int32Array[], old: string[], young: string[], changes: Changes): void {
  const steps: [Change["kind"], string][] = [];
  let x = old.length;
  let y = young.length;
  for (let edits = trace.length - 1; edits >= 0; edits--) {
    const reach = trace[edits] as Int32Array;
    const at = (diagonal: number) => reach[diagonal + edits + 1] as number;
    const diagonal = x - y;
    const down = diagonal === -edits || (diagonal !== edits && at(diagonal - 1) < at(diagonal + 1));
    const before = down ? diagonal + 1 : diagonal - 1;
    const fromX = edits === 0 ? 0 : at(before);
    const fromY = edits === 0 ? 0 : fromX - before;
    while (x > fromX && y > fromY) {
      x--;
      y--;
      steps.push(["same", old[x] as string]);
    }
    if (edits > 0) {
      if (down) {
        steps.push(["added", young[--y] as string]);
      } else {
        steps.push(["removed", old[--x] as string]);
      }
    }
  }
  for (const [kind, text] of steps.reverse()) {
    changes.add(kind, [text]);
  }
}
