/* Classes are object types of the API, and input types; maps are lists of keys and values. */

import { Address, Person } from "./person";

/**
 * Some people.
 */
export function getPeople(): Person[] {
  const ada = <Person>{ name: "Ada", age: 36 };
  ada.address = <Address>{ street: "St James's Square 12", city: "London" };
  ada.likes.set("mathematics", 10);
  ada.likes.set("horses", 7);
  const bo = <Person>{ name: "Bo", age: 7 };
  return [ada, bo];
}

/**
 * What someone likes best.
 */
export function getFavourite(person: Person): string | null {
  const keys = person.likes.keys();
  let best: string | null = null;
  let most = i32.MIN_VALUE;
  for (let i = 0; i < keys.length; i++) {
    const much = person.likes.get(keys[i]);
    if (much > most) {
      best = keys[i];
      most = much;
    }
  }
  return best;
}

/**
 * How often each word occurs.
 */
export function countWords(text: string): Map<string, i32> {
  const counts = new Map<string, i32>();
  const words = text.toLowerCase().split(" ");
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    counts.set(word, counts.has(word) ? counts.get(word) + 1 : 1);
  }
  return counts;
}

/**
 * The same people by the city they live in.
 */
export function groupByCity(people: Person[]): Map<string, string[]> {
  const cities = new Map<string, string[]>();
  for (let i = 0; i < people.length; i++) {
    const address = people[i].address;
    const city = address === null ? "nowhere" : address.city;
    if (!cities.has(city)) cities.set(city, []);
    cities.get(city).push(people[i].name);
  }
  return cities;
}
