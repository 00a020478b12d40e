import { utils } from "@hypermode/modus-sdk-as";

/**
 * Where somebody lives.
 */
class Address {
  street!: string;
  city!: string;
}

/**
 * Somebody.
 *
 * There are not many of them.
 */
export class Person {
  id: i32;
  /** What to call them. */
  name!: string;
  email: string | null;
  address: Address | null;
  born!: Date;
  nicknames: string[] = [];
  tags: Map<string, string> = new Map<string, string>();
}

class Tree {
  label!: string;
  branches: Tree[] = [];
}

class Chain {
  value: i32;
  next: Chain | null;
}

class Link {
  id: i32;
  url!: string;
}

/**
 * What to look for.
 */
class FilterInput {
  prefix!: string;
  limit: i32;
}

/**
 * Has nothing to say.
 */
class Marker {}

class Division {
  quotient: i32;
  remainder: i32;
}

class Range {
  low: f64;
  high: f64;
}

class StringIntTuple {
  item1!: string;
  item2: i32;
}

function everybody(): Person[] {
  const tags = new Map<string, string>();
  tags.set("field", "mathematics");
  return [
    {
      id: 1,
      name: "Ada",
      email: "ada@example.com",
      address: { street: "St James's Square", city: "London" },
      born: new Date(Date.UTC(1815, 11, 10)),
      nicknames: ["Countess", "Enchantress"],
      tags,
    },
    {
      id: 2,
      name: "Bo",
      email: null,
      address: null,
      born: new Date(Date.UTC(2001, 1, 3, 4, 5, 6, 700)),
      nicknames: [],
      tags: new Map<string, string>(),
    },
  ];
}

/**
 * Finds somebody.
 *
 * Gives null when there is nobody of that number.
 */
export function getPerson(id: i32): Person | null {
  const people = everybody();
  for (let i = 0; i < people.length; i++) {
    if (people[i].id == id) return people[i];
  }
  return null;
}

/**
 * Everybody.
 */
export function listPeople(): Person[] {
  return everybody();
}

export function peopleByName(): Map<string, Person> {
  const people = everybody();
  const named = new Map<string, Person>();
  for (let i = 0; i < people.length; i++) named.set(people[i].name, people[i]);
  return named;
}

export function echoPerson(person: Person): Person {
  return person;
}

export function eldest(people: Person[]): Person | null {
  let found: Person | null = null;
  for (let i = 0; i < people.length; i++) {
    const person = people[i];
    if (found === null || person.born.getTime() < found.born.getTime()) found = person;
  }
  return found;
}

export function echoTree(tree: Tree): Tree {
  return tree;
}

export function growTree(depth: i32): Tree {
  const tree: Tree = { label: `at ${depth}` };
  if (depth > 0) tree.branches = [growTree(depth - 1), growTree(depth - 1)];
  return tree;
}

export function echoChain(chain: Chain): Chain {
  return chain;
}

export function getRing(): Chain | null {
  const ring: Chain = { value: 1, next: null };
  ring.next = { value: 2, next: ring };
  return ring;
}

export function getLink(): Link {
  return { id: 7, url: "https://example.com/7" };
}

export function echoLink(link: Link): Link {
  return link;
}

export function search(filter: FilterInput): string[] {
  const names = ["alpha", "alps", "beta"];
  const found: string[] = [];
  for (let i = 0; i < names.length && found.length < filter.limit; i++) {
    if (names[i].startsWith(filter.prefix)) found.push(names[i]);
  }
  return found;
}

export function lastFilter(): FilterInput {
  return { prefix: "al", limit: 3 };
}

export function getMarker(): Marker {
  return new Marker();
}

export function divide(a: i32, b: i32): Division {
  return { quotient: a / b, remainder: a % b };
}

export function echoRange(given: Range): Range {
  return given;
}

export function rangeOf(numbers: f64[]): Range | null {
  if (numbers.length == 0) utils.throwUserError("no numbers");
  const range: Range = { low: numbers[0], high: numbers[0] };
  for (let i = 1; i < numbers.length; i++) {
    range.low = Math.min(range.low, numbers[i]);
    range.high = Math.max(range.high, numbers[i]);
  }
  return range;
}

export function firstWord(text: string): StringIntTuple {
  const word = text.split(" ")[0];
  return { item1: word, item2: word.length };
}
