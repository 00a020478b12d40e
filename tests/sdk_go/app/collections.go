package main

import (
	"math"

	"github.com/hypermodeinc/modus/sdk/go/pkg/collections"
)

func UpsertText(collection string, key *string, text string, labels []string) (*collections.CollectionMutationResult, error) {
	return collections.Upsert(collection, key, text, labels)
}

func UpsertTexts(keys, texts []string, labels [][]string) (*collections.CollectionMutationResult, error) {
	return collections.UpsertBatch("docs", keys, texts, labels, collections.WithNamespace("en"))
}

func RemoveText(collection, key string) (*collections.CollectionMutationResult, error) {
	return collections.Remove(collection, key, collections.WithNamespace("en"))
}

func SearchTexts(collection, method, text string) (*collections.CollectionSearchResult, error) {
	return collections.Search(collection, method, text)
}

func SearchSome(namespaces []string, limit int) (*collections.CollectionSearchResult, error) {
	return collections.Search("docs", "byMeaning", "bike", collections.WithNamespaces(namespaces),
		collections.WithLimit(limit), collections.WithReturnText(true))
}

func SearchAll() (*collections.CollectionSearchResult, error) {
	return collections.Search("docs", "byMeaning", "bike", collections.WithLimit(math.MaxInt))
}

func SearchVector(collection, method string, vector []float32) (*collections.CollectionSearchResult, error) {
	return collections.SearchByVector(collection, method, vector)
}

func SearchNoVector() (string, string) {
	result, err := collections.SearchByVector("docs", "byMeaning", nil)
	text, _ := shown(result, nil)
	return text, told(err)
}

func SearchSomeVector(vector []float32, namespaces []string) (*collections.CollectionSearchResult, error) {
	return collections.SearchByVector("docs", "byMeaning", vector, collections.WithLimit(-1),
		collections.WithNamespaces(namespaces), collections.WithReturnText(true))
}

func ClassifyText(collection, method, text string) (*collections.CollectionClassificationResult, error) {
	return collections.NnClassify(collection, method, text, collections.WithNamespace("en"))
}

func RecomputeMethod(collection, method string) (*collections.SearchMethodMutationResult, error) {
	return collections.RecomputeSearchMethod(collection, method, collections.WithNamespace("en"))
}

func DistanceOf(collection, method, key1, key2 string) (*collections.CollectionSearchResultObject, error) {
	return collections.ComputeDistance(collection, method, key1, key2, collections.WithNamespace("en"))
}

func TextOf(collection, key string) (string, error) {
	return collections.GetText(collection, key)
}

func TextsOf(collection string) (map[string]string, error) {
	return collections.GetTexts(collection, collections.WithNamespace("en"))
}

func NamespacesOf(collection string) ([]string, error) {
	return collections.GetNamespaces(collection)
}

func VectorOf(collection, method, key string) ([]float32, error) {
	return collections.GetVector(collection, method, key, collections.WithNamespace("en"))
}

func LabelsOf(collection, key string) ([]string, error) {
	return collections.GetLabels(collection, key, collections.WithNamespace("en"))
}
