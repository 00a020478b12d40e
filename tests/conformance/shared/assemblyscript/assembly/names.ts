import { Person } from "./objects";

/**
 * Puts an item into the list.
 */
export function addItem(name: string): string {
  return `added ${name}`;
}

export function additionalItems(): string {
  return "additionalItems";
}

export function removeItem(id: i32): void {}

export function createPerson(person: Person): Person {
  return person;
}

export function update(): string {
  return "update";
}

export function startJob(): string {
  return "startJob";
}

export function stopwatch(): string {
  return "stopwatch";
}

export function setColour(): string {
  return "setColour";
}

export function getaway(): string {
  return "getaway";
}

export function get2(): string {
  return "get2";
}

export function listAllItems(): string {
  return "listAllItems";
}

export function _hidden(): string {
  return "hidden";
}
