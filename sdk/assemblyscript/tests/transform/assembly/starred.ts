export function fromStar(text: string): string {
  return text + "*";
}
