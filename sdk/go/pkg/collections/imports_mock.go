//go:build !wasip1

package collections

import (
	"github.com/hypermodeinc/modus/sdk/go/pkg/testutils"
	"github.com/hypermodeinc/modus/sdk/go/pkg/utils"
)

// The arguments of calls in native tests, where there is no host and every call succeeds: pointers to
// the collection, to the namespace or the list of them, and to what else the function takes.
var (
	// UpsertCallStack has the calls of Upsert and UpsertBatch: *string collection and namespace,
	// *[]string keys and texts, *[][]string labels.
	UpsertCallStack = testutils.NewCallStack()
	// DeleteCallStack has the calls of Remove: *string collection, namespace and key.
	DeleteCallStack = testutils.NewCallStack()
	// SearchCallStack has the calls of Search: *string collection, *[]string namespaces, *string
	// search method and text, int32 limit, bool.
	SearchCallStack = testutils.NewCallStack()
	// SearchByVectorCallStack has the calls of SearchByVector: *string collection, *[]string
	// namespaces, *string search method, *[]float32 vector, int32 limit, bool.
	SearchByVectorCallStack = testutils.NewCallStack()
	// NnClassifyCallStack has the calls of NnClassify: *string collection, namespace, search method
	// and text.
	NnClassifyCallStack = testutils.NewCallStack()
	// RecomputeSearchMethodCallStack has the calls of RecomputeSearchMethod: *string collection,
	// namespace and search method.
	RecomputeSearchMethodCallStack = testutils.NewCallStack()
	// ComputeDistanceCallStack has the calls of ComputeDistance: *string collection, namespace,
	// search method and both keys.
	ComputeDistanceCallStack = testutils.NewCallStack()
	// GetTextCallStack has the calls of GetText: *string collection, namespace and key.
	GetTextCallStack = testutils.NewCallStack()
	// GetTextsCallStack has the calls of GetTexts: *string collection and namespace.
	GetTextsCallStack = testutils.NewCallStack()
	// GetNamespacesCallStack has the calls of GetNamespaces: *string collection.
	GetNamespacesCallStack = testutils.NewCallStack()
	// GetVectorCallStack has the calls of GetVector: *string collection, namespace, search method
	// and key.
	GetVectorCallStack = testutils.NewCallStack()
	// GetLabelsCallStack has the calls of GetLabels: *string collection, namespace and key.
	GetLabelsCallStack = testutils.NewCallStack()
	// CallCallStack has the calls of Find, FindByVector, UpsertEntries and GetEntry: *string with the
	// operation's name, *string with its request as JSON.
	CallCallStack = testutils.NewCallStack()
)

const mockEntry = `{"namespace":"","key":"key1","text":"Hello, World!","labels":["label1","label2"],"metadata":{"year":2020}`

// Tests of this package set these: to have no results from the host, and to have another answer of
// hostCall.
var (
	hostIsDown bool
	hostAnswer *string
)

func unlessDown[T any](result T) *T {
	if hostIsDown {
		return nil
	}
	return &result
}

func hostUpsert(collection, namespace *string, keys, texts *[]string, labels *[][]string) *CollectionMutationResult {
	UpsertCallStack.Push(collection, namespace, keys, texts, labels)
	return unlessDown(CollectionMutationResult{Collection: *collection, Status: Success, Operation: "upsert", Keys: *keys})
}

func hostDelete(collection, namespace, key *string) *CollectionMutationResult {
	DeleteCallStack.Push(collection, namespace, key)
	return unlessDown(CollectionMutationResult{Collection: *collection, Status: Success, Operation: "delete", Keys: []string{*key}})
}

func hostSearch(collection *string, namespaces *[]string, searchMethod, text *string, limit int32, returnText bool) *CollectionSearchResult {
	SearchCallStack.Push(collection, namespaces, searchMethod, text, limit, returnText)
	return unlessDown(CollectionSearchResult{Collection: *collection, Status: Success, SearchMethod: *searchMethod})
}

func hostSearchByVector(collection *string, namespaces *[]string, searchMethod *string, vector *[]float32, limit int32, returnText bool) *CollectionSearchResult {
	SearchByVectorCallStack.Push(collection, namespaces, searchMethod, vector, limit, returnText)
	return unlessDown(CollectionSearchResult{Collection: *collection, Status: Success, SearchMethod: *searchMethod})
}

func hostClassifyText(collection, namespace, searchMethod, text *string) *CollectionClassificationResult {
	NnClassifyCallStack.Push(collection, namespace, searchMethod, text)
	return unlessDown(CollectionClassificationResult{Collection: *collection, Status: Success, SearchMethod: *searchMethod})
}

func hostRecomputeIndex(collection, namespace, searchMethod *string) *SearchMethodMutationResult {
	RecomputeSearchMethodCallStack.Push(collection, namespace, searchMethod)
	return unlessDown(SearchMethodMutationResult{Collection: *collection, Status: Success, Operation: "recompute", SearchMethod: *searchMethod})
}

func hostComputeDistance(collection, namespace, searchMethod, key1, key2 *string) *CollectionSearchResultObject {
	ComputeDistanceCallStack.Push(collection, namespace, searchMethod, key1, key2)
	return unlessDown(CollectionSearchResultObject{Distance: 0, Score: 1})
}

func hostGetText(collection, namespace, key *string) *string {
	GetTextCallStack.Push(collection, namespace, key)
	return unlessDown("Hello, World!")
}

func hostDumpTexts(collection, namespace *string) *map[string]string {
	GetTextsCallStack.Push(collection, namespace)
	return unlessDown(map[string]string{"key1": "Hello, World!", "key2": "Hello, World!"})
}

func hostGetNamespaces(collection *string) *[]string {
	GetNamespacesCallStack.Push(collection)
	return unlessDown([]string{"namespace1", "namespace2"})
}

func hostGetVector(collection, namespace, searchMethod, key *string) *[]float32 {
	GetVectorCallStack.Push(collection, namespace, searchMethod, key)
	return unlessDown([]float32{0.1, 0.2, 0.3})
}

func hostGetLabels(collection, namespace, key *string) *[]string {
	GetLabelsCallStack.Push(collection, namespace, key)
	return unlessDown([]string{"label1", "label2"})
}

func hostCall(name, payload *string) *string {
	CallCallStack.Push(name, payload)
	if hostAnswer != nil {
		return unlessDown(*hostAnswer)
	}
	switch *name {
	case "upsert":
		var request upsertRequest
		if err := utils.JsonDeserialize([]byte(*payload), &request); err != nil {
			panic(err)
		}
		keys, _ := utils.JsonSerialize(request.Keys) // texts can always be written
		return unlessDown(`{"ok":{"keys":` + string(keys) + `}}`)
	case "entry":
		return unlessDown(`{"ok":` + mockEntry + `}}`)
	default:
		return unlessDown(`{"ok":{"objects":[` + mockEntry + `,"distance":0,"score":1}]}}`)
	}
}
