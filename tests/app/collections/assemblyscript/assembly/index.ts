/* Every function of collections, as the API has it. */

import { collections } from "@hypermode/modus-sdk-as";

const WORDS = ["bike", "car", "tree", "rose"];

/** A vector of length 1: how often each word is in a text. */
export function embed(texts: string[]): f32[][] {
  return texts.map<f32[]>((text) => vectorOf(text));
}

function vectorOf(text: string): f32[] {
  if (text.includes("unspeakable")) throw new Error("that cannot be said");
  const vector: f32[] = [];
  let squares: f32 = 0;
  for (let i = 0; i < WORDS.length; i++) {
    const count = text.split(WORDS[i]).length - 1;
    vector.push(<f32>count);
    squares += <f32>(count * count);
  }
  for (let i = 0; i < WORDS.length && squares > 0; i++) vector[i] /= Mathf.sqrt(squares);
  return vector;
}

/** What an embedder may not do: it would need another one. */
export function embedWithin(texts: string[]): f32[][] {
  const found = collections.search("docs", "byMeaning", "bike", 1);
  if (!found.isSuccessful) throw new Error(found.error);
  return embed(texts);
}

export function upsert(collection: string, key: string | null, text: string, labels: string[] = [], namespace: string = ""): collections.CollectionMutationResult {
  return collections.upsert(collection, key, text, labels, namespace);
}

export function upsertBatch(collection: string, keys: string[] | null, texts: string[], labels: string[][] = [], namespace: string = ""): collections.CollectionMutationResult {
  return collections.upsertBatch(collection, keys, texts, labels, namespace);
}

export function remove(collection: string, key: string, namespace: string = ""): collections.CollectionMutationResult {
  return collections.remove(collection, key, namespace);
}

export function search(collection: string, method: string, text: string, limit: i32 = 10, namespaces: string[] = []): collections.CollectionSearchResult {
  return collections.search(collection, method, text, limit, true, namespaces);
}

export function searchByVector(collection: string, method: string, vector: f32[], limit: i32 = 10, namespaces: string[] = []): collections.CollectionSearchResult {
  return collections.searchByVector(collection, method, vector, limit, true, namespaces);
}

export function nnClassify(collection: string, method: string, text: string, namespace: string = ""): collections.CollectionClassificationResult {
  return collections.nnClassify(collection, method, text, namespace);
}

export function recompute(collection: string, method: string, namespace: string = ""): collections.SearchMethodMutationResult {
  return collections.recomputeSearchMethod(collection, method, namespace);
}

export function computeDistance(collection: string, method: string, key1: string, key2: string, namespace: string = ""): collections.CollectionSearchResultObject {
  return collections.computeDistance(collection, method, key1, key2, namespace);
}

export function getText(collection: string, key: string, namespace: string = ""): string {
  return collections.getText(collection, key, namespace);
}

export function getTexts(collection: string, namespace: string = ""): Map<string, string> {
  return collections.getTexts(collection, namespace);
}

export function getNamespaces(collection: string): string[] {
  return collections.getNamespaces(collection);
}

export function getVector(collection: string, method: string, key: string, namespace: string = ""): f32[] {
  return collections.getVector(collection, method, key, namespace);
}

export function getLabels(collection: string, key: string, namespace: string = ""): string[] {
  return collections.getLabels(collection, key, namespace);
}

// Beyond the original

export function upsertEntries(collection: string, entries: collections.CollectionEntry[], namespace: string = ""): collections.CollectionEntriesResult {
  return collections.upsertEntries(collection, entries, namespace);
}

export function getEntry(collection: string, key: string, namespace: string = ""): collections.CollectionEntry | null {
  return collections.getEntry(collection, key, namespace);
}

export function find(collection: string, text: string, where: string = "", mode: string = "vector", limit: i32 = 10): collections.CollectionFindResult {
  const options: collections.FindOptions = { mode, limit };
  if (where != "") options.where = collections.whereJSON(where);
  return collections.find(collection, text, options);
}

export function findByVector(collection: string, vector: f32[], where: string = ""): collections.CollectionFindResult {
  const options = new collections.FindOptions();
  if (where != "") options.where = collections.whereJSON(where);
  return collections.findByVector(collection, vector, options);
}

export function findSince(year: i32): collections.CollectionMatch[] {
  const where = collections.all([collections.where("year").gte(year), collections.not(collections.where("$labels").contains("old"))]);
  return collections.find("docs", "bike", { where } as collections.FindOptions).objects;
}
