package main

import (
	"runtime"
	"unsafe"

	"github.com/hypermodeinc/modus/sdk/go/pkg/pins"
)

// result of a host function, whose arguments stay where they are meanwhile.
func result[T any](ask func() unsafe.Pointer, arguments ...any) *T {
	defer runtime.KeepAlive(arguments)
	defer pins.Release(pins.Mark())
	return (*T)(ask())
}

//go:wasmimport modus_collections upsert
func hostUpsertRaw(collection, namespace, keys, texts, labels unsafe.Pointer) unsafe.Pointer

//modus:import modus_collections upsert
func hostUpsert(collection, namespace *string, keys, texts *[]string, labels *[][]string) *CollectionMutationResult {
	return result[CollectionMutationResult](func() unsafe.Pointer {
		return hostUpsertRaw(unsafe.Pointer(collection), unsafe.Pointer(namespace), unsafe.Pointer(keys), unsafe.Pointer(texts), unsafe.Pointer(labels))
	}, collection, namespace, keys, texts, labels)
}

//go:wasmimport modus_collections delete
func hostDeleteRaw(collection, namespace, key unsafe.Pointer) unsafe.Pointer

//modus:import modus_collections delete
func hostDelete(collection, namespace, key *string) *CollectionMutationResult {
	return result[CollectionMutationResult](func() unsafe.Pointer {
		return hostDeleteRaw(unsafe.Pointer(collection), unsafe.Pointer(namespace), unsafe.Pointer(key))
	}, collection, namespace, key)
}

//go:wasmimport modus_collections search
func hostSearchRaw(collection, namespaces, searchMethod, text unsafe.Pointer, limit int32, returnText bool) unsafe.Pointer

//modus:import modus_collections search
func hostSearch(collection *string, namespaces *[]string, searchMethod, text *string, limit int32, returnText bool) *CollectionSearchResult {
	return result[CollectionSearchResult](func() unsafe.Pointer {
		return hostSearchRaw(unsafe.Pointer(collection), unsafe.Pointer(namespaces), unsafe.Pointer(searchMethod), unsafe.Pointer(text), limit, returnText)
	}, collection, namespaces, searchMethod, text)
}

//go:wasmimport modus_collections searchByVector
func hostSearchByVectorRaw(collection, namespaces, searchMethod, vector unsafe.Pointer, limit int32, returnText bool) unsafe.Pointer

//modus:import modus_collections searchByVector
func hostSearchByVector(collection *string, namespaces *[]string, searchMethod *string, vector *[]float32, limit int32, returnText bool) *CollectionSearchResult {
	return result[CollectionSearchResult](func() unsafe.Pointer {
		return hostSearchByVectorRaw(unsafe.Pointer(collection), unsafe.Pointer(namespaces), unsafe.Pointer(searchMethod), unsafe.Pointer(vector), limit, returnText)
	}, collection, namespaces, searchMethod, vector)
}

//go:wasmimport modus_collections classifyText
func hostClassifyTextRaw(collection, namespace, searchMethod, text unsafe.Pointer) unsafe.Pointer

//modus:import modus_collections classifyText
func hostClassifyText(collection, namespace, searchMethod, text *string) *CollectionClassificationResult {
	return result[CollectionClassificationResult](func() unsafe.Pointer {
		return hostClassifyTextRaw(unsafe.Pointer(collection), unsafe.Pointer(namespace), unsafe.Pointer(searchMethod), unsafe.Pointer(text))
	}, collection, namespace, searchMethod, text)
}

//go:wasmimport modus_collections recomputeIndex
func hostRecomputeIndexRaw(collection, namespace, searchMethod unsafe.Pointer) unsafe.Pointer

//modus:import modus_collections recomputeIndex
func hostRecomputeIndex(collection, namespace, searchMethod *string) *SearchMethodMutationResult {
	return result[SearchMethodMutationResult](func() unsafe.Pointer {
		return hostRecomputeIndexRaw(unsafe.Pointer(collection), unsafe.Pointer(namespace), unsafe.Pointer(searchMethod))
	}, collection, namespace, searchMethod)
}

//go:wasmimport modus_collections computeDistance
func hostComputeDistanceRaw(collection, namespace, searchMethod, key1, key2 unsafe.Pointer) unsafe.Pointer

//modus:import modus_collections computeDistance
func hostComputeDistance(collection, namespace, searchMethod, key1, key2 *string) *CollectionSearchResultObject {
	return result[CollectionSearchResultObject](func() unsafe.Pointer {
		return hostComputeDistanceRaw(unsafe.Pointer(collection), unsafe.Pointer(namespace), unsafe.Pointer(searchMethod), unsafe.Pointer(key1), unsafe.Pointer(key2))
	}, collection, namespace, searchMethod, key1, key2)
}

//go:wasmimport modus_collections getText
func hostGetTextRaw(collection, namespace, key unsafe.Pointer) unsafe.Pointer

//modus:import modus_collections getText
func hostGetText(collection, namespace, key *string) *string {
	return result[string](func() unsafe.Pointer {
		return hostGetTextRaw(unsafe.Pointer(collection), unsafe.Pointer(namespace), unsafe.Pointer(key))
	}, collection, namespace, key)
}

//go:wasmimport modus_collections dumpTexts
func hostDumpTextsRaw(collection, namespace unsafe.Pointer) unsafe.Pointer

//modus:import modus_collections dumpTexts
func hostDumpTexts(collection, namespace *string) *map[string]string {
	return result[map[string]string](func() unsafe.Pointer {
		return hostDumpTextsRaw(unsafe.Pointer(collection), unsafe.Pointer(namespace))
	}, collection, namespace)
}

//go:wasmimport modus_collections getNamespaces
func hostGetNamespacesRaw(collection unsafe.Pointer) unsafe.Pointer

//modus:import modus_collections getNamespaces
func hostGetNamespaces(collection *string) *[]string {
	return result[[]string](func() unsafe.Pointer {
		return hostGetNamespacesRaw(unsafe.Pointer(collection))
	}, collection)
}

//go:wasmimport modus_collections getVector
func hostGetVectorRaw(collection, namespace, searchMethod, key unsafe.Pointer) unsafe.Pointer

//modus:import modus_collections getVector
func hostGetVector(collection, namespace, searchMethod, key *string) *[]float32 {
	return result[[]float32](func() unsafe.Pointer {
		return hostGetVectorRaw(unsafe.Pointer(collection), unsafe.Pointer(namespace), unsafe.Pointer(searchMethod), unsafe.Pointer(key))
	}, collection, namespace, searchMethod, key)
}

//go:wasmimport modus_collections getLabels
func hostGetLabelsRaw(collection, namespace, key unsafe.Pointer) unsafe.Pointer

//modus:import modus_collections getLabels
func hostGetLabels(collection, namespace, key *string) *[]string {
	return result[[]string](func() unsafe.Pointer {
		return hostGetLabelsRaw(unsafe.Pointer(collection), unsafe.Pointer(namespace), unsafe.Pointer(key))
	}, collection, namespace, key)
}
