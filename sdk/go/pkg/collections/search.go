package collections

import (
	"errors"
)

// Search finds the texts that are nearest to a text, as the search method of the app's manifest
// measures it.
func Search(collection, searchMethod, text string, opts ...SearchOption) (*CollectionSearchResult, error) {
	if err := required(collection, "collection name", searchMethod, "search method", text, "text"); err != nil {
		return nil, err
	}
	options := searchOptionsOf(opts)
	result := hostSearch(&collection, &options.namespaces, &searchMethod, &text, options.hostLimit(), options.returnText)
	if result == nil {
		return nil, errors.New("failed to search")
	}
	return result, nil
}

// SearchByVector finds the texts whose vectors are nearest to a vector. For an empty one it gives both
// an error and a result that tells it.
func SearchByVector(collection, searchMethod string, vector []float32, opts ...SearchOption) (*CollectionSearchResult, error) {
	if err := required(collection, "collection name", searchMethod, "search method"); err != nil {
		return nil, err
	}
	if len(vector) == 0 {
		err := errors.New("vector is required")
		return &CollectionSearchResult{
			Collection:   collection,
			Status:       Error,
			Error:        err.Error(),
			SearchMethod: searchMethod,
		}, err
	}
	options := searchOptionsOf(opts)
	result := hostSearchByVector(&collection, &options.namespaces, &searchMethod, &vector, options.hostLimit(), options.returnText)
	if result == nil {
		return nil, errors.New("failed to search")
	}
	return result, nil
}

// NnClassify tells which labels fit a text, by those of its nearest neighbours.
func NnClassify(collection, searchMethod, text string, opts ...NamespaceOption) (*CollectionClassificationResult, error) {
	if err := required(collection, "collection name", searchMethod, "search method", text, "text"); err != nil {
		return nil, err
	}
	result := hostClassifyText(&collection, namespaceOf(opts), &searchMethod, &text)
	if result == nil {
		return nil, errors.New("failed to classify")
	}
	return result, nil
}

// ComputeDistance tells how far two texts are from each other, as the search method measures it.
func ComputeDistance(collection, searchMethod, key1, key2 string, opts ...NamespaceOption) (*CollectionSearchResultObject, error) {
	if err := required(collection, "collection name", searchMethod, "search method", key1, "key1", key2, "key2"); err != nil {
		return nil, err
	}
	result := hostComputeDistance(&collection, namespaceOf(opts), &searchMethod, &key1, &key2)
	if result == nil {
		return nil, errors.New("failed to compute distance")
	}
	return result, nil
}
