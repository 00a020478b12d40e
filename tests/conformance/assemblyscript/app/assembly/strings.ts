const TEXT = "こんにちは、世界";

export function testStringInput(s: string): void {
  assert(s == TEXT);
}

export function testStringOutput(): string {
  return TEXT;
}

export function testStringInput_empty(s: string): void {
  assert(s == "");
}

export function testStringOutput_empty(): string {
  return "";
}

export function testNullStringInput(s: string | null): void {
  assert(s !== null && s == TEXT);
}

export function testNullStringOutput(): string | null {
  return TEXT;
}

export function testNullStringInput_empty(s: string | null): void {
  assert(s !== null && s == "");
}

export function testNullStringOutput_empty(): string | null {
  return "";
}

export function testNullStringInput_null(s: string | null): void {
  assert(s === null);
}

export function testNullStringOutput_null(): string | null {
  return null;
}

export function testEmojiInput(s: string): i32[] {
  const units = new Array<i32>();
  for (let i = 0; i < s.length; i++) units.push(s.charCodeAt(i));
  return units;
}

export function testUnitsOutput(units: i32[]): string {
  return String.fromCharCodes(units);
}

export function testUnitsInList(units: i32[]): string[] {
  return [String.fromCharCodes(units), "next"];
}

export function testLongString(count: i32): string {
  return "añ✨😀".repeat(count);
}

export function testLongStringInput(s: string): i32 {
  return s.length;
}
