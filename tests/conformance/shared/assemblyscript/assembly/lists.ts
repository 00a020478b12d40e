export function join(words: string[], separator: string): string {
  return words.join(separator);
}

export function backwards(words: string[]): string[] {
  return words.slice().reverse();
}

export function echoMaybes(words: (string | null)[]): (string | null)[] {
  return words;
}

export function maybeWords(words: string[] | null): string[] | null {
  return words;
}

export function noWords(): string[] {
  return [];
}

export function echoRows(rows: i32[][]): i32[][] {
  return rows;
}

export function echoFlags(flags: bool[]): bool[] {
  return flags;
}

export function total(numbers: i32[]): i32 {
  return numbers.reduce((sum, number) => sum + number, 0);
}

export function echoFloats(numbers: f64[]): f64[] {
  return numbers;
}

export function echoLongs(numbers: i64[]): i64[] {
  return numbers;
}

export function echoTimes(times: Date[]): Date[] {
  return times;
}

export function echoCounts(counts: Map<string, i32>): Map<string, i32> {
  return counts;
}

export function countWords(text: string): Map<string, i32> {
  const counts = new Map<string, i32>();
  const words = text.split(" ");
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    if (word == "") continue;
    counts.set(word, (counts.has(word) ? counts.get(word) : 0) + 1);
  }
  return counts;
}

export function echoNames(names: Map<i32, string>): Map<i32, string> {
  return names;
}

export function echoLists(lists: Map<string, i32[]>): Map<string, i32[]> {
  return lists;
}

export function echoGroups(
  groups: Map<string, Map<string, string>>,
): Map<string, Map<string, string>> {
  return groups;
}
