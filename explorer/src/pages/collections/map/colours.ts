/** How many colours there are that can be told apart; `--map-colour-1` and so on in the css. */
export const COLOURS = 8;

export interface Group {
  /** Null for what has no name. */
  name: string | null;
  /** From 1 to `COLOURS`; 0 is grey, of what has no name or none of the colours. */
  colour: number;
  points: number;
}

export interface Colouring {
  /** Largest first, then what is grey. */
  groups: Group[];
  /** The colour of each point. */
  colours: number[];
  /** How many names share the grey, because there are more names than colours. */
  others: number;
}

/**
 * Colours for the names that points have. The largest groups get colours; they are given by name among
 * these, so that a colour stays the same while texts are added.
 */
export function colourBy(names: readonly (string | null)[]): Colouring {
  const counts = new Map<string, number>();
  for (const name of names) {
    if (name !== null) {
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  const bySize = [...counts].sort(([a, m], [b, n]) => n - m || compare(a, b));
  const shown = bySize.slice(0, COLOURS);
  const colourOf = new Map(
    shown
      .map(([name]) => name)
      .sort(compare)
      .map((name, at) => [name, at + 1]),
  );
  const groups: Group[] = shown.map(([name, points]) => ({
    name,
    colour: colourOf.get(name) ?? 0,
    points,
  }));
  const rest = names.length - groups.reduce((sum, group) => sum + group.points, 0);
  if (rest > 0) {
    groups.push({ name: null, colour: 0, points: rest });
  }
  return {
    groups,
    colours: names.map((name) => (name === null ? 0 : (colourOf.get(name) ?? 0))),
    others: bySize.length - shown.length,
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
