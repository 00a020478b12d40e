// Package main has every function of collections, as the API has it.
package main

import (
	"errors"
	"math"
	"strings"

	"github.com/hypermodeinc/modus/sdk/go/pkg/collections"
)

var words = []string{"bike", "car", "tree", "rose"}

// Embed gives vectors of length 1: how often each word is in a text.
func Embed(texts []string) ([][]float32, error) {
	vectors := [][]float32{}
	for _, text := range texts {
		if strings.Contains(text, "unspeakable") {
			return nil, errors.New("that cannot be said")
		}
		vector, squares := []float32{}, 0
		for _, word := range words {
			count := strings.Count(text, word)
			vector = append(vector, float32(count))
			squares += count * count
		}
		for i := range vector {
			if squares > 0 {
				vector[i] /= float32(math.Sqrt(float64(squares)))
			}
		}
		vectors = append(vectors, vector)
	}
	return vectors, nil
}

// EmbedWithin does what an embedder may not do: it would need another one.
func EmbedWithin(texts []string) ([][]float32, error) {
	if _, err := collections.Search("docs", "byMeaning", "bike"); err != nil {
		return nil, err
	}
	return Embed(texts)
}

func Upsert(collection string, key *string, text string, labels []string, namespace string) (*collections.CollectionMutationResult, error) {
	return collections.Upsert(collection, key, text, labels, collections.WithNamespace(namespace))
}

func UpsertBatch(collection string, keys, texts []string, labels [][]string, namespace string) (*collections.CollectionMutationResult, error) {
	return collections.UpsertBatch(collection, keys, texts, labels, collections.WithNamespace(namespace))
}

func Remove(collection, key, namespace string) (*collections.CollectionMutationResult, error) {
	return collections.Remove(collection, key, collections.WithNamespace(namespace))
}

func Search(collection, method, text string, limit int, namespaces []string) (*collections.CollectionSearchResult, error) {
	return collections.Search(collection, method, text, collections.WithLimit(limit),
		collections.WithNamespaces(namespaces), collections.WithReturnText(true))
}

func SearchByVector(collection, method string, vector []float32, limit int, namespaces []string) (*collections.CollectionSearchResult, error) {
	return collections.SearchByVector(collection, method, vector, collections.WithLimit(limit),
		collections.WithNamespaces(namespaces), collections.WithReturnText(true))
}

func NnClassify(collection, method, text, namespace string) (*collections.CollectionClassificationResult, error) {
	return collections.NnClassify(collection, method, text, collections.WithNamespace(namespace))
}

func Recompute(collection, method, namespace string) (*collections.SearchMethodMutationResult, error) {
	return collections.RecomputeSearchMethod(collection, method, collections.WithNamespace(namespace))
}

func ComputeDistance(collection, method, key1, key2, namespace string) (*collections.CollectionSearchResultObject, error) {
	return collections.ComputeDistance(collection, method, key1, key2, collections.WithNamespace(namespace))
}

func GetText(collection, key, namespace string) (string, error) {
	return collections.GetText(collection, key, collections.WithNamespace(namespace))
}

func GetTexts(collection, namespace string) (map[string]string, error) {
	return collections.GetTexts(collection, collections.WithNamespace(namespace))
}

func GetNamespaces(collection string) ([]string, error) {
	return collections.GetNamespaces(collection)
}

func GetVector(collection, method, key, namespace string) ([]float32, error) {
	return collections.GetVector(collection, method, key, collections.WithNamespace(namespace))
}

func GetLabels(collection, key, namespace string) ([]string, error) {
	return collections.GetLabels(collection, key, collections.WithNamespace(namespace))
}
