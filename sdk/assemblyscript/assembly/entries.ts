/* Texts of collections with their metadata, and searches for them with conditions. */

import { JSON } from "json-as";

import { CollectionMutationResult, CollectionResult, CollectionStatus } from "./collections";
import { resultIsInvalid } from "./utils";
import { Variables } from "./variables";
import { Where, checked } from "./where";

// @ts-ignore: decorator
@external("atoll_collections", "call")
declare function hostCall(name: string, payload: string): string;

/** What a search goes by: one of the words of the namespace of this name. */
export type SearchMode = string;

/** What a search can go by. */
export namespace SearchMode {
  /** The meaning of the text: vectors are compared. */
  export const Vector = "vector";
  /** The words of the text, of which others have any. */
  export const Text = "text";
  /** Both; what is good at both comes first. */
  export const Hybrid = "hybrid";
}

/** A text with all that is stored with it. */
@json
export class CollectionEntry {
  /** Where it was found; `upsertEntries` does not look at it. */
  namespace: string = "";
  /** May be empty for a new text; the host makes one then. */
  key: string = "";
  text: string = "";
  labels: string[] = [];
  /** A JSON object, as text; empty for none. */
  metadata: string = "";

  /** The metadata as an object of a class with `@json`, or a map. */
  getMetadata<T>(): T {
    return JSON.parse<T>(objectOr(this.metadata));
  }

  setMetadata<T>(value: T): void {
    this.metadata = JSON.stringify<T>(value);
  }
}

/** One text that was found, with its metadata. */
@json
export class CollectionMatch {
  namespace: string = "";
  key: string = "";
  text: string = "";
  labels: string[] = [];
  /** A JSON object, as text. */
  metadata: string = "";
  distance: f64 = 0;
  score: f64 = 0;

  /** The metadata as an object of a class with `@json`, or a map. */
  getMetadata<T>(): T {
    return JSON.parse<T>(objectOr(this.metadata));
  }
}

/** How texts were added. If they were not, `code` says what is wrong and `hint` what to do. */
@json
export class CollectionEntriesResult extends CollectionMutationResult {
  code: string = "";
  hint: string = "";
}

/** What was found, the best first. If there is an error, `code` names it and `hint` says what to do. */
@json
export class CollectionFindResult extends CollectionResult {
  code: string = "";
  hint: string = "";
  searchMethod: string = "";
  objects: CollectionMatch[] = [];
}

// More than that is not given at once.
const MOST_FOUND: i32 = 10_000;

/** What is found, and how. */
export class FindOptions {
  /** A collection that has only one search method does not need it. */
  searchMethod: string = "";
  limit: i32 = 10;
  /** Without them, the default one is searched. */
  namespaces: string[] = [];
  mode: SearchMode = SearchMode.Vector;
  where: Where | null = null;
}

/**
 * Adds texts with their metadata, or replaces those of their keys: all of them, or none. Either all
 * have a key, or the host makes one for each. Throws when the metadata of one is not JSON.
 */
export function upsertEntries(
  collection: string,
  entries: CollectionEntry[],
  namespace: string = "",
): CollectionEntriesResult {
  const result = new CollectionEntriesResult();
  result.collection = collection;
  result.operation = "upsert";
  const keys: string[] = [];
  const texts: string[] = [];
  const labels: string[][] = [];
  const metadata: JSON.Raw[] = [];
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i];
    if (entry.key.length > 0) keys.push(entry.key);
    texts.push(entry.text);
    labels.push(entry.labels);
    metadata.push(JSON.Raw.from(checked(objectOr(entry.metadata))));
  }
  let problem = collection.length == 0 ? "Collection is empty." : "";
  if (problem.length == 0 && texts.length == 0) problem = "Entries is empty.";
  if (problem.length == 0 && keys.length > 0 && keys.length < texts.length) {
    problem = "Some entries have a key, and others have none.";
  }
  if (problem.length > 0) return refused(result, problem);

  const request = new Variables();
  request.set("collection", collection);
  request.set("namespace", namespace);
  request.set("keys", keys);
  request.set("texts", texts);
  request.set("labels", labels);
  request.set("metadata", metadata);
  const answer = ask("upsert", request);
  const refusal = answer.error;
  if (refusal !== null) return failed(result, refusal);
  result.status = CollectionStatus.Success;
  result.keys = answer.read<Upserted>().keys;
  return result;
}

/** A text with all that is stored with it; null when there is none of that key. */
export function getEntry(
  collection: string,
  key: string,
  namespace: string = "",
): CollectionEntry | null {
  if (collection.length == 0 || key.length == 0) {
    console.error(collection.length == 0 ? "Collection is empty." : "Key is empty.");
    return null;
  }
  const request = new Variables();
  request.set("collection", collection);
  request.set("namespace", namespace);
  request.set("key", key);
  const answer = ask("entry", request);
  const refusal = answer.error;
  if (refusal !== null) console.error(refusal.message);
  if (answer.isEmpty()) return null;
  const stored = answer.read<StoredText>();
  return {
    namespace: stored.namespace,
    key: stored.key,
    text: stored.text,
    labels: stored.labels,
    metadata: stored.metadata.data,
  };
}

/** The texts that go best with one, with their metadata. */
export function find(
  collection: string,
  text: string,
  options: FindOptions = new FindOptions(),
): CollectionFindResult {
  const request = new Variables();
  request.set("text", text);
  request.set("mode", options.mode);
  return findBy("search", collection, request, options, text.length == 0 ? "Text is empty." : "");
}

/** The texts whose vectors are nearest to one, with their metadata. By meaning only. */
export function findByVector(
  collection: string,
  vector: f32[],
  options: FindOptions = new FindOptions(),
): CollectionFindResult {
  const request = new Variables();
  request.set("vector", vector);
  let problem = vector.length == 0 ? "Vector is empty." : "";
  if (problem.length == 0 && options.mode != SearchMode.Vector) {
    problem = "A vector can be found by meaning only.";
  }
  return findBy("searchByVector", collection, request, options, problem);
}

function findBy(
  operation: string,
  collection: string,
  request: Variables,
  options: FindOptions,
  otherProblem: string,
): CollectionFindResult {
  const result = new CollectionFindResult();
  result.collection = collection;
  result.searchMethod = options.searchMethod;
  const problem = collection.length == 0 ? "Collection is empty." : otherProblem;
  if (problem.length > 0) return refused(result, problem);

  request.set("collection", collection);
  request.set("namespaces", options.namespaces);
  request.set("searchMethod", options.searchMethod);
  request.set("limit", min(options.limit, MOST_FOUND));
  const where = options.where;
  if (where !== null) request.set("filter", JSON.Raw.from(where.toString()));
  const answer = ask(operation, request);
  const refusal = answer.error;
  if (refusal !== null) return failed(result, refusal);
  result.status = CollectionStatus.Success;
  const found = answer.read<Found>();
  result.searchMethod = found.searchMethod;
  for (let i = 0; i < found.objects.length; i++) result.objects.push(matchOf(found.objects[i]));
  return result;
}

function matchOf(found: StoredText): CollectionMatch {
  return {
    namespace: found.namespace,
    key: found.key,
    text: found.text,
    labels: found.labels,
    metadata: found.metadata.data,
    distance: found.distance,
    score: found.score,
  };
}

/** What the host answers: a result, or why there is none. */
@json
class Answer {
  ok: JSON.Raw | null = null;
  error: Refusal | null = null;

  isEmpty(): bool {
    const ok = this.ok;
    return ok === null || ok.data == "null";
  }

  read<T>(): T {
    const ok = this.ok;
    return JSON.parse<T>(ok === null ? "{}" : ok.data);
  }
}

@json
class Refusal {
  code: string = "";
  message: string = "";
  hint: string | null = null;
}

@json
class Upserted {
  keys: string[] = [];
}

@json
class Found {
  searchMethod: string = "";
  objects: StoredText[] = [];
}

@json
class StoredText {
  namespace: string = "";
  key: string = "";
  text: string = "";
  labels: string[] = [];
  metadata: JSON.Raw = new JSON.Raw("{}");
  distance: f64 = 0;
  score: f64 = 0;
}

function ask(operation: string, request: Variables): Answer {
  const text = hostCall(operation, request.toJSON());
  if (!resultIsInvalid(text) && text.length > 0) return JSON.parse<Answer>(text);
  const answer = new Answer();
  answer.error = { code: "", message: "The host gave no answer.", hint: null };
  return answer;
}

function refused<R extends CollectionResult>(result: R, error: string): R {
  console.error(error);
  result.status = CollectionStatus.Error;
  result.error = error;
  return result;
}

/** The same of what the host says. */
function failed<R extends CollectionResult>(result: R, refusal: Refusal): R {
  const hint = refusal.hint;
  result.code = refusal.code;
  result.hint = hint === null ? "" : hint;
  return refused<R>(result, refusal.message);
}

function objectOr(metadata: string): string {
  return metadata.length == 0 ? "{}" : metadata;
}
