package main

import (
	"errors"

	"github.com/hypermodeinc/modus/sdk/go/pkg/collections"
)

// Beyond the original.

// coded puts the code of an error before its text.
func coded[T any](result T, err error) (T, error) {
	var told *collections.CollectionError
	if errors.As(err, &told) {
		err = errors.New(told.Code + ": " + told.Message)
	}
	return result, err
}

func UpsertEntries(collection string, entries []collections.CollectionEntry, namespace string) ([]string, error) {
	return coded(collections.UpsertEntries(collection, entries, collections.WithNamespace(namespace)))
}

func GetEntry(collection, key, namespace string) (*collections.CollectionEntry, error) {
	return coded(collections.GetEntry(collection, key, collections.WithNamespace(namespace)))
}

func Find(collection, text, where, mode string, limit int) ([]*collections.CollectionMatch, error) {
	return coded(collections.Find(collection, text, collections.WithWhereJson(where), collections.WithMode(mode),
		collections.WithLimit(limit)))
}

func FindByVector(collection string, vector []float32, where string) ([]*collections.CollectionMatch, error) {
	return coded(collections.FindByVector(collection, vector, collections.WithWhereJson(where)))
}

func FindSince(year int) ([]*collections.CollectionMatch, error) {
	return collections.Find("docs", "bike", collections.WithWhere(collections.Where{
		"year": collections.Where{"gte": year},
		"not":  collections.Where{"$labels": collections.Where{"contains": "old"}},
	}))
}
