package collections

import (
	"errors"
)

// GetText gives a text by its key.
func GetText(collection, key string, opts ...NamespaceOption) (string, error) {
	if err := required(collection, "collection name", key, "key"); err != nil {
		return "", err
	}
	text := hostGetText(&collection, namespaceOf(opts), &key)
	if text == nil {
		return "", errors.New("failed to get text for key")
	}
	return *text, nil
}

// GetTexts gives all texts of a namespace, by their keys.
func GetTexts(collection string, opts ...NamespaceOption) (map[string]string, error) {
	if err := required(collection, "collection name"); err != nil {
		return nil, err
	}
	texts := hostDumpTexts(&collection, namespaceOf(opts))
	if texts == nil {
		return nil, errors.New("failed to get texts")
	}
	return *texts, nil
}

// GetNamespaces gives the names of all namespaces of a collection.
func GetNamespaces(collection string) ([]string, error) {
	if err := required(collection, "collection name"); err != nil {
		return nil, err
	}
	namespaces := hostGetNamespaces(&collection)
	if namespaces == nil {
		return nil, errors.New("failed to get namespaces")
	}
	return *namespaces, nil
}

// GetVector gives the vector that a search method has made of a text.
func GetVector(collection, searchMethod, key string, opts ...NamespaceOption) ([]float32, error) {
	if err := required(collection, "collection name", searchMethod, "search method", key, "key"); err != nil {
		return nil, err
	}
	vector := hostGetVector(&collection, namespaceOf(opts), &searchMethod, &key)
	if vector == nil {
		return nil, errors.New("failed to get vector for key")
	}
	return *vector, nil
}

// GetLabels gives the labels of a text; none when there is no such text.
func GetLabels(collection, key string, opts ...NamespaceOption) ([]string, error) {
	if err := required(collection, "collection name", key, "key"); err != nil {
		return nil, err
	}
	labels := hostGetLabels(&collection, namespaceOf(opts), &key)
	if labels == nil {
		return []string{}, nil
	}
	return *labels, nil
}
