package collections

import (
	"errors"
)

// Upsert adds a text, or replaces the one that has its key. A nil key lets the host make one. Labels
// may be nil.
func Upsert(collection string, key *string, text string, labels []string, opts ...NamespaceOption) (*CollectionMutationResult, error) {
	if err := required(collection, "collection name", text, "text"); err != nil {
		return nil, err
	}
	keys := []string{}
	if key != nil {
		keys = append(keys, *key)
	}
	labelsArr := [][]string{}
	if labels != nil {
		labelsArr = append(labelsArr, labels)
	}
	return UpsertBatch(collection, keys, []string{text}, labelsArr, opts...)
}

// UpsertBatch adds texts, or replaces those that have their keys. There is a key and a list of labels
// for each text, or none of them at all; without keys, the host makes them.
func UpsertBatch(collection string, keys []string, texts []string, labelsArr [][]string, opts ...NamespaceOption) (*CollectionMutationResult, error) {
	if err := required(collection, "collection name"); err != nil {
		return nil, err
	}
	if len(texts) == 0 {
		return nil, errors.New("texts is empty")
	}
	if keys == nil {
		keys = []string{}
	}
	if labelsArr == nil {
		labelsArr = [][]string{}
	}
	result := hostUpsert(&collection, namespaceOf(opts), &keys, &texts, &labelsArr)
	if result == nil {
		return nil, errors.New("failed to upsert")
	}
	return result, nil
}

// Remove removes a text.
func Remove(collection, key string, opts ...NamespaceOption) (*CollectionMutationResult, error) {
	if err := required(collection, "collection name", key, "key"); err != nil {
		return nil, err
	}
	result := hostDelete(&collection, namespaceOf(opts), &key)
	if result == nil {
		return nil, errors.New("failed to delete")
	}
	return result, nil
}

// RecomputeSearchMethod makes the vectors of a search method anew, from all texts of a namespace.
func RecomputeSearchMethod(collection, searchMethod string, opts ...NamespaceOption) (*SearchMethodMutationResult, error) {
	if err := required(collection, "collection name", searchMethod, "search method"); err != nil {
		return nil, err
	}
	result := hostRecomputeIndex(&collection, namespaceOf(opts), &searchMethod)
	if result == nil {
		return nil, errors.New("failed to recompute")
	}
	return result, nil
}
