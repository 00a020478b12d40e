/* Functions that do little, with every kind of type. */

import { utils } from "@hypermode/modus-sdk-as";

export class Person {
  id: i32;
  name!: string;
  email: string | null;
  address: Address | null;
  nicknames: string[] = [];
  tags: Map<string, string> = new Map<string, string>();
}

export class Address {
  street!: string;
  city!: string;
}

class Tree {
  label!: string;
  branches: Tree[] = [];
}

class FilterInput {
  prefix!: string;
  limit: i32 = 10;
}

export function echo(text: string): string {
  return text;
}

export function echoMaybe(text: string | null = null): string | null {
  return text;
}

export function negate(value: bool): bool {
  return !value;
}

export function echoInt(number: i32 = 5): i32 {
  return number;
}

export function echoFloat(number: f64): f64 {
  return number;
}

export function echoInt64(number: i64): i64 {
  return number;
}

export function echoUint64(number: u64): u64 {
  return number;
}

export function echoTime(at: Date): Date {
  return at;
}

export function echoBytes(data: Uint8Array): Uint8Array {
  return data;
}

export function join(words: string[], separator: string): string {
  return words.join(separator);
}

export function echoMaybes(words: (string | null)[]): (string | null)[] {
  return words;
}

export function echoRows(rows: i32[][]): i32[][] {
  return rows;
}

export function echoCounts(counts: Map<string, i32>): Map<string, i32> {
  return counts;
}

export function listPeople(): Person[] {
  const tags = new Map<string, string>();
  tags.set("field", "mathematics");
  return [
    {
      id: 1,
      name: "Ada",
      email: "ada@example.com",
      address: { street: "St James's Square", city: "London" },
      nicknames: ["Countess", "Enchantress"],
      tags,
    },
    { id: 2, name: "Bo", email: null, address: null, nicknames: [], tags: new Map<string, string>() },
  ];
}

export function getPerson(id: i32): Person | null {
  const people = listPeople();
  return id > 0 && id <= people.length ? people[id - 1] : null;
}

export function echoPerson(person: Person): Person {
  return person;
}

export function echoTree(tree: Tree): Tree {
  return tree;
}

export function search(filter: FilterInput): string[] {
  const names = ["alpha", "alps", "beta"];
  const found: string[] = [];
  for (let i = 0; i < names.length && found.length < filter.limit; i++) {
    if (names[i].startsWith(filter.prefix)) found.push(names[i]);
  }
  return found;
}

export function addItem(name: string): string {
  console.log(name);
  return name;
}

export function refuse(message: string): string {
  utils.throwUserError(message);
  return "";
}

export function failMaybe(message: string): string | null {
  throw new Error(message);
}
