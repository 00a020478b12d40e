/* Collections of texts that can be searched by meaning. Failures are told in results, not thrown. */

import { resultIsInvalid } from "./utils";

export {
  CollectionEntriesResult,
  CollectionEntry,
  CollectionFindResult,
  CollectionMatch,
  FindOptions,
  SearchMode,
  find,
  findByVector,
  getEntry,
  upsertEntries,
} from "./entries";
export { Where, WhereMember, all, any, not, where, whereJSON } from "./where";

// @ts-ignore: decorator
@external("modus_collections", "upsert")
declare function hostUpsert(
  collection: string,
  namespace: string,
  keys: string[],
  texts: string[],
  labels: string[][],
): CollectionMutationResult;

// @ts-ignore: decorator
@external("modus_collections", "delete")
declare function hostDelete(collection: string, namespace: string, key: string): CollectionMutationResult;

// @ts-ignore: decorator
@external("modus_collections", "search")
declare function hostSearch(
  collection: string,
  namespaces: string[],
  searchMethod: string,
  text: string,
  limit: i32,
  returnText: bool,
): CollectionSearchResult;

// @ts-ignore: decorator
@external("modus_collections", "searchByVector")
declare function hostSearchByVector(
  collection: string,
  namespaces: string[],
  searchMethod: string,
  vector: f32[],
  limit: i32,
  returnText: bool,
): CollectionSearchResult;

// @ts-ignore: decorator
@external("modus_collections", "classifyText")
declare function hostClassifyText(
  collection: string,
  namespace: string,
  searchMethod: string,
  text: string,
): CollectionClassificationResult;

// @ts-ignore: decorator
@external("modus_collections", "recomputeIndex")
declare function hostRecomputeIndex(
  collection: string,
  namespace: string,
  searchMethod: string,
): SearchMethodMutationResult;

// @ts-ignore: decorator
@external("modus_collections", "computeDistance")
declare function hostComputeDistance(
  collection: string,
  namespace: string,
  searchMethod: string,
  key1: string,
  key2: string,
): CollectionSearchResultObject;

// @ts-ignore: decorator
@external("modus_collections", "getText")
declare function hostGetText(collection: string, namespace: string, key: string): string;

// @ts-ignore: decorator
@external("modus_collections", "dumpTexts")
declare function hostDumpTexts(collection: string, namespace: string): Map<string, string>;

// @ts-ignore: decorator
@external("modus_collections", "getNamespaces")
declare function hostGetNamespaces(collection: string): string[];

// @ts-ignore: decorator
@external("modus_collections", "getVector")
declare function hostGetVector(
  collection: string,
  namespace: string,
  searchMethod: string,
  key: string,
): f32[];

// @ts-ignore: decorator
@external("modus_collections", "getLabels")
declare function hostGetLabels(collection: string, namespace: string, key: string): string[];

/** How an operation ended: one of the words of the namespace of this name. */
export type CollectionStatus = string;

/** How an operation can end. */
export namespace CollectionStatus {
  export const Success = "success";
  export const Error = "error";
}

/** What all results tell. */
@json
export abstract class CollectionResult {
  collection: string = "";
  status: string = "";
  error: string = "";

  get isSuccessful(): bool {
    return this.status == CollectionStatus.Success;
  }
}

/** What became of texts that were added or removed. */
@json
export class CollectionMutationResult extends CollectionResult {
  operation: string = "";
  keys: string[] = [];
}

/** What became of the index of a search method. */
@json
export class SearchMethodMutationResult extends CollectionResult {
  operation: string = "";
  searchMethod: string = "";
}

/** What a search found, the nearest first. */
@json
export class CollectionSearchResult extends CollectionResult {
  searchMethod: string = "";
  objects: CollectionSearchResultObject[] = [];
}

/** One text that was found. `score` is 1 - `distance`. */
@json
export class CollectionSearchResultObject {
  namespace: string = "";
  key: string = "";
  text: string = "";
  labels: string[] = [];
  distance: f64 = 0;
  score: f64 = 0;
}

/** The labels that fit a text, the likeliest first, and the texts near it. */
@json
export class CollectionClassificationResult extends CollectionResult {
  searchMethod: string = "";
  labelsResult: CollectionClassificationLabelObject[] = [];
  cluster: CollectionClassificationResultObject[] = [];
}

/** A label, and how sure it is: 0 to 1. */
@json
export class CollectionClassificationLabelObject {
  label: string = "";
  confidence: f64 = 0;
}

/** A text near the one that was classified. */
@json
export class CollectionClassificationResultObject {
  key: string = "";
  labels: string[] = [];
  distance: f64 = 0;
  score: f64 = 0;
}

/** Adds a text, or replaces the one of its key; without a key, the host makes one. */
export function upsert(
  collection: string,
  key: string | null,
  text: string,
  labels: string[] = [],
  namespace: string = "",
): CollectionMutationResult {
  if (text.length == 0) {
    return failed<CollectionMutationResult>(collection, emptyOr(collection, "Text is empty."));
  }
  const keys: string[] = key === null || key.length == 0 ? [] : [key];
  const labelsArr: string[][] = labels.length == 0 ? [] : [labels];
  return upsertBatch(collection, keys, [text], labelsArr, namespace);
}

/** Adds texts; see `upsert`. There is one key and one list of labels for each, or none at all. */
export function upsertBatch(
  collection: string,
  keys: string[] | null,
  texts: string[],
  labelsArr: string[][] = [],
  namespace: string = "",
): CollectionMutationResult {
  const problem = emptyOr(collection, texts.length == 0 ? "Texts is empty." : "");
  if (problem.length > 0) return failed<CollectionMutationResult>(collection, problem);
  const given: string[] = keys === null ? [] : keys;
  const result = hostUpsert(collection, namespace, given, texts, labelsArr);
  return orFailed(result, collection, "Error upserting to Text index.");
}

/** Removes a text. */
export function remove(collection: string, key: string, namespace: string = ""): CollectionMutationResult {
  const problem = emptyOr(collection, key.length == 0 ? "Key is empty." : "");
  if (problem.length > 0) return failed<CollectionMutationResult>(collection, problem);
  const result = hostDelete(collection, namespace, key);
  return orFailed(result, collection, "Error deleting from Text index.");
}

/** The texts nearest in meaning to one. Without namespaces, those of the default one. */
export function search(
  collection: string,
  searchMethod: string,
  text: string,
  limit: i32,
  returnText: bool = false,
  namespaces: string[] = [],
): CollectionSearchResult {
  const problem = methodProblem(collection, searchMethod, text.length == 0 ? "Text is empty." : "");
  if (problem.length > 0) {
    return failedMethod<CollectionSearchResult>(collection, searchMethod, problem);
  }
  const result = hostSearch(collection, namespaces, searchMethod, text, limit, returnText);
  return orFailedMethod(result, collection, searchMethod, "Error searching Text index.");
}

/** The texts whose vectors are nearest to one. */
export function searchByVector(
  collection: string,
  searchMethod: string,
  vector: f32[],
  limit: i32,
  returnText: bool = false,
  namespaces: string[] = [],
): CollectionSearchResult {
  const problem = methodProblem(collection, searchMethod, vector.length == 0 ? "Vector is empty." : "");
  if (problem.length > 0) {
    return failedMethod<CollectionSearchResult>(collection, searchMethod, problem);
  }
  const result = hostSearchByVector(collection, namespaces, searchMethod, vector, limit, returnText);
  return orFailedMethod(result, collection, searchMethod, "Error searching Text index by vector.");
}

/** Which labels fit a text, by those of its neighbours. */
export function nnClassify(
  collection: string,
  searchMethod: string,
  text: string,
  namespace: string = "",
): CollectionClassificationResult {
  const problem = methodProblem(collection, searchMethod, text.length == 0 ? "Text is empty." : "");
  if (problem.length > 0) {
    return failedMethod<CollectionClassificationResult>(collection, searchMethod, problem);
  }
  const result = hostClassifyText(collection, namespace, searchMethod, text);
  return orFailedMethod(result, collection, searchMethod, "Error classifying Text index.");
}

/** Embeds all texts again. */
export function recomputeSearchMethod(
  collection: string,
  searchMethod: string,
  namespace: string = "",
): SearchMethodMutationResult {
  const problem = methodProblem(collection, searchMethod, "");
  if (problem.length > 0) {
    return failedMethod<SearchMethodMutationResult>(collection, searchMethod, problem);
  }
  const result = hostRecomputeIndex(collection, namespace, searchMethod);
  return orFailedMethod(result, collection, searchMethod, "Error recomputing Text index.");
}

/** How far two texts are from each other in meaning. An empty object when that fails. */
export function computeDistance(
  collection: string,
  searchMethod: string,
  key1: string,
  key2: string,
  namespace: string = "",
): CollectionSearchResultObject {
  const noKey = key1.length == 0 || key2.length == 0;
  const problem = methodProblem(collection, searchMethod, noKey ? "Key is empty." : "");
  if (problem.length == 0) {
    const result = hostComputeDistance(collection, namespace, searchMethod, key1, key2);
    if (!resultIsInvalid(result)) return result;
  }
  console.error(problem.length > 0 ? problem : "Error computing distance.");
  return new CollectionSearchResultObject();
}

/** @deprecated use `computeDistance`, of which this is another name */
export function computeSimilarity(
  collection: string,
  searchMethod: string,
  key1: string,
  key2: string,
  namespace: string = "",
): CollectionSearchResultObject {
  return computeDistance(collection, searchMethod, key1, key2, namespace);
}

/** A text by its key; empty when there is none. */
export function getText(collection: string, key: string, namespace: string = ""): string {
  if (isSound(emptyOr(collection, key.length == 0 ? "Key is empty." : ""))) {
    const text = hostGetText(collection, namespace, key);
    if (!resultIsInvalid(text)) return text;
  }
  return "";
}

/** All texts of a namespace, by their keys. */
export function getTexts(collection: string, namespace: string = ""): Map<string, string> {
  if (isSound(emptyOr(collection, ""))) {
    const texts = hostDumpTexts(collection, namespace);
    if (!resultIsInvalid(texts)) return texts;
  }
  return new Map<string, string>();
}

/** The namespaces of a collection. */
export function getNamespaces(collection: string): string[] {
  if (isSound(emptyOr(collection, ""))) {
    const namespaces = hostGetNamespaces(collection);
    if (!resultIsInvalid(namespaces)) return namespaces;
  }
  return [];
}

/** The vector that a search method has made of a text; empty when there is none. */
export function getVector(
  collection: string,
  searchMethod: string,
  key: string,
  namespace: string = "",
): f32[] {
  if (isSound(methodProblem(collection, searchMethod, key.length == 0 ? "Key is empty." : ""))) {
    const vector = hostGetVector(collection, namespace, searchMethod, key);
    if (!resultIsInvalid(vector)) return vector;
  }
  return [];
}

/** The labels of a text; none when there is no such text. */
export function getLabels(collection: string, key: string, namespace: string = ""): string[] {
  if (isSound(emptyOr(collection, key.length == 0 ? "Key is empty." : ""))) {
    const labels = hostGetLabels(collection, namespace, key);
    if (!resultIsInvalid(labels)) return labels;
  }
  return [];
}

function emptyOr(collection: string, otherProblem: string): string {
  return collection.length == 0 ? "Collection is empty." : otherProblem;
}

function methodProblem(collection: string, searchMethod: string, otherProblem: string): string {
  return emptyOr(collection, searchMethod.length == 0 ? "Search method is empty." : otherProblem);
}

function isSound(problem: string): bool {
  if (problem.length > 0) console.error(problem);
  return problem.length == 0;
}

function failed<R extends CollectionResult>(collection: string, error: string): R {
  console.error(error);
  const result = instantiate<R>();
  result.collection = collection;
  result.status = CollectionStatus.Error;
  result.error = error;
  return result;
}

/** The same of results that name a search method. */
function failedMethod<R extends CollectionResult>(
  collection: string,
  searchMethod: string,
  error: string,
): R {
  const result = failed<R>(collection, error);
  result.searchMethod = searchMethod;
  return result;
}

function orFailed<R extends CollectionResult>(result: R, collection: string, error: string): R {
  return resultIsInvalid(result) ? failed<R>(collection, error) : result;
}

function orFailedMethod<R extends CollectionResult>(
  result: R,
  collection: string,
  searchMethod: string,
  error: string,
): R {
  return resultIsInvalid(result) ? failedMethod<R>(collection, searchMethod, error) : result;
}
