package main

import (
	"errors"
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

type AboutText struct {
	Year int64    `json:"year"`
	Tags []string `json:"tags"`
}

func UpsertEntries(collection string, entries []collections.CollectionEntry) ([]string, error) {
	return collections.UpsertEntries(collection, entries, collections.WithNamespace("en"))
}

func UpsertAbout(about AboutText) ([]string, error) {
	metadata, err := collections.NewMetadata(about)
	if err != nil {
		return nil, err
	}
	return collections.UpsertEntries("docs", []collections.CollectionEntry{{Text: "t", Metadata: metadata}})
}

func EntryOf(collection, key string) (*collections.CollectionEntry, error) {
	return collections.GetEntry(collection, key)
}

func AboutOf(key string) (*AboutText, error) {
	entry, err := collections.GetEntry("docs", key)
	if err != nil || entry == nil {
		return nil, err
	}
	var about AboutText
	err = entry.Metadata.Read(&about)
	return &about, err
}

func FindTexts(collection, text string) ([]*collections.CollectionMatch, error) {
	return collections.Find(collection, text)
}

func FindSome(mode, where string) ([]*collections.CollectionMatch, error) {
	return collections.Find("docs", "bike", collections.WithMode(mode), collections.WithWhereJson(where),
		collections.WithSearchMethod("byMeaning"), collections.WithLimit(3),
		collections.WithNamespaces([]string{"en", ""}), collections.WithReturnText(false))
}

func FindSince(year int64) ([]*collections.CollectionMatch, error) {
	return collections.Find("docs", "bike", collections.WithWhere(collections.Where{
		"year": collections.Where{"gte": year},
		"not":  collections.Where{"tags": collections.Where{"contains": "<é>"}},
	}))
}

func FindNear(collection string, vector []float32) ([]*collections.CollectionMatch, error) {
	return collections.FindByVector(collection, vector)
}

// CodeOf gives the parts of an error.
func CodeOf() []string {
	_, err := collections.Find("docs", "bike")
	var told *collections.CollectionError
	if !errors.As(err, &told) {
		return nil
	}
	return []string{told.Code, told.Message, told.Hint}
}
