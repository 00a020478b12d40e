/* Every function of collections, with and without what may be left out. */

import { collections } from "@hypermode/modus-sdk-as";

export function upsert(collection: string, key: string | null, text: string): collections.CollectionMutationResult {
  return collections.upsert(collection, key, text);
}

export function upsertFull(): bool {
  return collections.upsert("c", "k", "t", ["l", "m"], "ns").isSuccessful;
}

export function upsertBatch(collection: string, texts: string[]): collections.CollectionMutationResult {
  return collections.upsertBatch(collection, null, texts);
}

export function upsertBatchFull(): string[] {
  return collections.upsertBatch("c", ["k", "l"], ["t", "✨"], [["a"], []], "ns").keys;
}

export function remove(collection: string, key: string): collections.CollectionMutationResult {
  return collections.remove(collection, key);
}

export function removeFull(): collections.CollectionStatus {
  return collections.remove("c", "k", "ns").status;
}

export function search(collection: string, method: string, text: string): collections.CollectionSearchResult {
  return collections.search(collection, method, text, 3);
}

export function searchFull(): collections.CollectionSearchResultObject[] {
  return collections.search("c", "m", "t", -1, true, ["", "ns"]).objects;
}

export function searchByVector(collection: string, method: string, vector: f32[]): collections.CollectionSearchResult {
  return collections.searchByVector(collection, method, vector, 3);
}

export function searchByVectorFull(): bool {
  return collections.searchByVector("c", "m", [0.5, -1], 1, true, ["ns"]).isSuccessful;
}

export function nnClassify(collection: string, method: string, text: string): collections.CollectionClassificationResult {
  return collections.nnClassify(collection, method, text);
}

export function nnClassifyFull(): string {
  const result = collections.nnClassify("c", "m", "t", "ns");
  const label: collections.CollectionClassificationLabelObject = result.labelsResult[0];
  const near: collections.CollectionClassificationResultObject = result.cluster[0];
  return `${label.label} ${label.confidence} ${near.key} ${near.labels} ${near.distance} ${near.score}`;
}

export function recompute(collection: string, method: string): collections.SearchMethodMutationResult {
  return collections.recomputeSearchMethod(collection, method);
}

export function recomputeFull(): bool {
  return collections.recomputeSearchMethod("c", "m", "ns").isSuccessful;
}

export function distance(collection: string, method: string, key1: string, key2: string): collections.CollectionSearchResultObject {
  return collections.computeDistance(collection, method, key1, key2);
}

export function distanceFull(): f64 {
  return collections.computeDistance("c", "m", "k", "l", "ns").distance;
}

export function similarity(collection: string, method: string, key1: string, key2: string): collections.CollectionSearchResultObject {
  return collections.computeSimilarity(collection, method, key1, key2);
}

export function similarityFull(): f64 {
  return collections.computeSimilarity("c", "m", "k", "l", "ns").score;
}

export function getText(collection: string, key: string): string {
  return collections.getText(collection, key);
}

export function getTextFull(): string {
  return collections.getText("c", "k", "ns");
}

export function getTexts(collection: string): Map<string, string> {
  return collections.getTexts(collection);
}

export function getTextsFull(): i32 {
  return collections.getTexts("c", "ns").size;
}

export function getNamespaces(collection: string): string[] {
  return collections.getNamespaces(collection);
}

export function getVector(collection: string, method: string, key: string): f32[] {
  return collections.getVector(collection, method, key);
}

export function getVectorFull(): f32 {
  return collections.getVector("c", "m", "k", "ns")[0];
}

export function getLabels(collection: string, key: string): string[] {
  return collections.getLabels(collection, key);
}

export function getLabelsFull(): string {
  return collections.getLabels("c", "k", "ns").join("+");
}

/** The results are classes that apps can make as well. */
export function literals(): string {
  const object = <collections.CollectionSearchResultObject>{ key: "k", score: 0.5 };
  const found = <collections.CollectionSearchResult>{ status: collections.CollectionStatus.Success, objects: [object] };
  const failed = <collections.CollectionMutationResult>{ status: collections.CollectionStatus.Error };
  return `${found.isSuccessful} ${failed.isSuccessful} ${found.objects[0].key} ${found.status} ${failed.status}`;
}

@json
class About {
  year: i32 = 0;
  tags: string[] = [];
}

export function upsertEntries(collection: string, entries: collections.CollectionEntry[]): collections.CollectionEntriesResult {
  return collections.upsertEntries(collection, entries, "ns");
}

export function upsertAbout(key: string): string[] {
  const entry = <collections.CollectionEntry>{ text: "t", key, labels: ["a"] };
  entry.setMetadata<About>({ year: 2020, tags: ["✨\""] });
  return collections.upsertEntries("c", [entry]).keys;
}

export function getEntry(collection: string, key: string): collections.CollectionEntry | null {
  return collections.getEntry(collection, key);
}

export function getAbout(): string {
  const entry = collections.getEntry("c", "k", "ns")!;
  const about = entry.getMetadata<About>();
  return `${about.year} ${about.tags}`;
}

export function find(collection: string, text: string): collections.CollectionFindResult {
  return collections.find(collection, text);
}

export function findByVector(collection: string, vector: f32[]): collections.CollectionFindResult {
  return collections.findByVector(collection, vector);
}

export function findSome(mode: string, json: string): collections.CollectionMatch[] {
  let where: collections.Where | null = null;
  if (json != "") where = collections.whereJSON(json);
  return collections.find("c", "t", { searchMethod: "m", limit: -1, namespaces: ["", "ns"], mode, where }).objects;
}

export function findNearSome(mode: string): collections.CollectionFindResult {
  const where = collections.where("y").exists();
  return collections.findByVector("c", [0.5, -1], { mode, where, limit: 2 } as collections.FindOptions);
}

export function findAbout(): i32 {
  return collections.find("c", "t").objects[0].getMetadata<About>().year;
}

export function conditions(): string[] {
  const year = collections.where("ye\"ar");
  return [
    year.eq("✨\""), year.ne<string | null>(null), year.lt(1.5), year.lte(-1), year.gt(2), year.gte<i64>(1 << 40),
    year.in(["a", "b"]), year.notIn([1, 2]), year.contains(true), year.exists(), year.exists(false),
    collections.all([year.eq(1), collections.any([year.eq(2), collections.not(year.eq(3))])]),
    collections.whereJSON(' {"a": 1} '),
  ].map<string>((each) => each.toString());
}
