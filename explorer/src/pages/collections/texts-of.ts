import type { CollectionInfo } from "../../api/types.ts";

/** How many texts a collection has, in all its namespaces. */
export function textsOf(collection: CollectionInfo): number {
  return collection.namespaces.reduce((sum, { texts }) => sum + texts, 0);
}
