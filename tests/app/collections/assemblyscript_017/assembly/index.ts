/*
 * The host functions of collections as the SDKs from 0.13 to 0.17 declare them, with classes of
 * their layout, and nothing around them: functions give what the host gives, and null is nothing.
 */

const WORDS = ["bike", "car", "tree", "rose"];

/** Of f64, as embedders were allowed to be. */
export function embed(texts: string[]): f64[][] {
  return texts.map<f64[]>((text) => vectorOf(text));
}

function vectorOf(text: string): f64[] {
  if (text.includes("unspeakable")) throw new Error("that cannot be said");
  const vector: f64[] = [];
  let squares: f64 = 0;
  for (let i = 0; i < WORDS.length; i++) {
    const count = text.split(WORDS[i]).length - 1;
    vector.push(<f64>count);
    squares += <f64>(count * count);
  }
  for (let i = 0; i < WORDS.length && squares > 0; i++) vector[i] /= Math.sqrt(squares);
  return vector;
}

abstract class CollectionResult {
  collection!: string;
  status!: string;
  error!: string;
}

class CollectionMutationResult extends CollectionResult {
  operation!: string;
  keys!: string[];
}

class SearchMethodMutationResult extends CollectionResult {
  operation!: string;
  searchMethod!: string;
}

class CollectionSearchResult extends CollectionResult {
  searchMethod!: string;
  objects!: CollectionSearchResultObject[];
}

class CollectionSearchResultObject {
  namespace!: string;
  key!: string;
  text!: string;
  labels!: string[];
  distance!: f64;
  score!: f64;
}

class CollectionClassificationResult extends CollectionResult {
  searchMethod!: string;
  labelsResult!: CollectionClassificationLabelObject[];
  cluster!: CollectionClassificationResultObject[];
}

class CollectionClassificationLabelObject {
  label!: string;
  confidence!: f64;
}

class CollectionClassificationResultObject {
  key!: string;
  labels!: string[];
  distance!: f64;
  score!: f64;
}

// @ts-ignore: decorator
@external("modus_collections", "upsert")
declare function hostUpsertToCollection(collection: string, namespace: string, keys: string[], texts: string[], labels: string[][]): CollectionMutationResult;
// @ts-ignore: decorator
@external("modus_collections", "delete")
declare function hostDeleteFromCollection(collection: string, namespace: string, key: string): CollectionMutationResult;
// @ts-ignore: decorator
@external("modus_collections", "search")
declare function hostSearchCollection(collection: string, namespaces: string[], searchMethod: string, text: string, limit: i32, returnText: bool): CollectionSearchResult;
// @ts-ignore: decorator
@external("modus_collections", "searchByVector")
declare function hostSearchCollectionByVector(collection: string, namespaces: string[], searchMethod: string, vector: f32[], limit: i32, returnText: bool): CollectionSearchResult;
// @ts-ignore: decorator
@external("modus_collections", "classifyText")
declare function hostNnClassifyCollection(collection: string, namespace: string, searchMethod: string, text: string): CollectionClassificationResult;
// @ts-ignore: decorator
@external("modus_collections", "recomputeIndex")
declare function hostRecomputeSearchMethod(collection: string, namespace: string, searchMethod: string): SearchMethodMutationResult;
// @ts-ignore: decorator
@external("modus_collections", "computeDistance")
declare function hostComputeDistance(collection: string, namespace: string, searchMethod: string, key1: string, key2: string): CollectionSearchResultObject;
// @ts-ignore: decorator
@external("modus_collections", "getText")
declare function hostGetTextFromCollection(collection: string, namespace: string, key: string): string;
// @ts-ignore: decorator
@external("modus_collections", "dumpTexts")
declare function hostGetTextsFromCollection(collection: string, namespace: string): Map<string, string>;
// @ts-ignore: decorator
@external("modus_collections", "getNamespaces")
declare function hostGetNamespacesFromCollection(collection: string): string[];
// @ts-ignore: decorator
@external("modus_collections", "getVector")
declare function hostGetVector(collection: string, namespace: string, searchMethod: string, key: string): f32[];
// @ts-ignore: decorator
@external("modus_collections", "getLabels")
declare function hostGetLabels(collection: string, namespace: string, key: string): string[];

export function upsert(collection: string, key: string | null, text: string, labels: string[] = [], namespace: string = ""): CollectionMutationResult | null {
  return hostUpsertToCollection(collection, namespace, key === null ? [] : [key], [text], [labels]);
}
export function upsertBatch(collection: string, keys: string[] | null, texts: string[], labels: string[][] = [], namespace: string = ""): CollectionMutationResult | null {
  return hostUpsertToCollection(collection, namespace, keys === null ? [] : keys, texts, labels);
}
export function remove(collection: string, key: string, namespace: string = ""): CollectionMutationResult | null {
  return hostDeleteFromCollection(collection, namespace, key);
}
export function search(collection: string, method: string, text: string, limit: i32 = 10, namespaces: string[] = []): CollectionSearchResult | null {
  return hostSearchCollection(collection, namespaces, method, text, limit, false);
}
export function searchByVector(collection: string, method: string, vector: f32[], limit: i32 = 10, namespaces: string[] = []): CollectionSearchResult | null {
  return hostSearchCollectionByVector(collection, namespaces, method, vector, limit, false);
}
export function nnClassify(collection: string, method: string, text: string, namespace: string = ""): CollectionClassificationResult | null {
  return hostNnClassifyCollection(collection, namespace, method, text);
}
export function recompute(collection: string, method: string, namespace: string = ""): SearchMethodMutationResult | null {
  return hostRecomputeSearchMethod(collection, namespace, method);
}
export function computeDistance(collection: string, method: string, key1: string, key2: string, namespace: string = ""): CollectionSearchResultObject | null {
  return hostComputeDistance(collection, namespace, method, key1, key2);
}
export function getText(collection: string, key: string, namespace: string = ""): string | null {
  return hostGetTextFromCollection(collection, namespace, key);
}
export function getTexts(collection: string, namespace: string = ""): Map<string, string> | null {
  return hostGetTextsFromCollection(collection, namespace);
}
export function getNamespaces(collection: string): string[] | null {
  return hostGetNamespacesFromCollection(collection);
}
export function getVector(collection: string, method: string, key: string, namespace: string = ""): f32[] | null {
  return hostGetVector(collection, namespace, method, key);
}
export function getLabels(collection: string, key: string, namespace: string = ""): string[] | null {
  return hostGetLabels(collection, namespace, key);
}
