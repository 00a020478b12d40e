// Package main has the host functions of collections as the SDKs from 0.13 to 0.17 declare them, with
// structs of their layout, and nothing around them: functions give what the host gives, and nil is
// nothing.
package main

import (
	"errors"
	"math"
	"strings"
)

var words = []string{"bike", "car", "tree", "rose"}

// Embed gives, in float64 as embedders were allowed to, vectors of length 1: how often each word is in a text.
func Embed(texts []string) ([][]float64, error) {
	vectors := [][]float64{}
	for _, text := range texts {
		if strings.Contains(text, "unspeakable") {
			return nil, errors.New("that cannot be said")
		}
		vector, squares := []float64{}, 0
		for _, word := range words {
			count := strings.Count(text, word)
			vector = append(vector, float64(count))
			squares += count * count
		}
		for i := range vector {
			if squares > 0 {
				vector[i] /= math.Sqrt(float64(squares))
			}
		}
		vectors = append(vectors, vector)
	}
	return vectors, nil
}

func Upsert(collection string, key *string, text string, labels []string, namespace string) *CollectionMutationResult {
	keys, texts, all := []string{}, []string{text}, [][]string{labels}
	if key != nil {
		keys = append(keys, *key)
	}
	return hostUpsert(&collection, &namespace, &keys, &texts, &all)
}

func UpsertBatch(collection string, keys, texts []string, labels [][]string, namespace string) *CollectionMutationResult {
	return hostUpsert(&collection, &namespace, &keys, &texts, &labels)
}

func Remove(collection, key, namespace string) *CollectionMutationResult {
	return hostDelete(&collection, &namespace, &key)
}

func Search(collection, method, text string, limit int32, namespaces []string) *CollectionSearchResult {
	return hostSearch(&collection, &namespaces, &method, &text, limit, false)
}

func SearchByVector(collection, method string, vector []float32, limit int32, namespaces []string) *CollectionSearchResult {
	return hostSearchByVector(&collection, &namespaces, &method, &vector, limit, false)
}

func NnClassify(collection, method, text, namespace string) *CollectionClassificationResult {
	return hostClassifyText(&collection, &namespace, &method, &text)
}

func Recompute(collection, method, namespace string) *SearchMethodMutationResult {
	return hostRecomputeIndex(&collection, &namespace, &method)
}

func ComputeDistance(collection, method, key1, key2, namespace string) *CollectionSearchResultObject {
	return hostComputeDistance(&collection, &namespace, &method, &key1, &key2)
}

func GetText(collection, key, namespace string) *string {
	return hostGetText(&collection, &namespace, &key)
}

func GetTexts(collection, namespace string) *map[string]string {
	return hostDumpTexts(&collection, &namespace)
}

func GetNamespaces(collection string) *[]string {
	return hostGetNamespaces(&collection)
}

func GetVector(collection, method, key, namespace string) *[]float32 {
	return hostGetVector(&collection, &namespace, &method, &key)
}

func GetLabels(collection, key, namespace string) *[]string {
	return hostGetLabels(&collection, &namespace, &key)
}
