//go:build wasip1

package collections

import (
	"runtime"
	"unsafe"

	"github.com/hypermodeinc/modus/sdk/go/pkg/pins"
)

//go:wasmimport modus_collections upsert
func hostUpsertRaw(collection, namespace, keys, texts, labels unsafe.Pointer) unsafe.Pointer

//modus:import modus_collections upsert
func hostUpsert(collection, namespace *string, keys, texts *[]string, labels *[][]string) *CollectionMutationResult {
	mark := pins.Mark()
	result := (*CollectionMutationResult)(hostUpsertRaw(
		unsafe.Pointer(collection), unsafe.Pointer(namespace), unsafe.Pointer(keys),
		unsafe.Pointer(texts), unsafe.Pointer(labels)))
	pins.Release(mark)
	runtime.KeepAlive(collection)
	runtime.KeepAlive(namespace)
	runtime.KeepAlive(keys)
	runtime.KeepAlive(texts)
	runtime.KeepAlive(labels)
	return result
}

//go:wasmimport modus_collections delete
func hostDeleteRaw(collection, namespace, key unsafe.Pointer) unsafe.Pointer

//modus:import modus_collections delete
func hostDelete(collection, namespace, key *string) *CollectionMutationResult {
	mark := pins.Mark()
	result := (*CollectionMutationResult)(hostDeleteRaw(
		unsafe.Pointer(collection), unsafe.Pointer(namespace), unsafe.Pointer(key)))
	pins.Release(mark)
	runtime.KeepAlive(collection)
	runtime.KeepAlive(namespace)
	runtime.KeepAlive(key)
	return result
}

//go:wasmimport modus_collections search
func hostSearchRaw(collection, namespaces, searchMethod, text unsafe.Pointer, limit int32, returnText bool) unsafe.Pointer

//modus:import modus_collections search
func hostSearch(collection *string, namespaces *[]string, searchMethod, text *string, limit int32, returnText bool) *CollectionSearchResult {
	mark := pins.Mark()
	result := (*CollectionSearchResult)(hostSearchRaw(
		unsafe.Pointer(collection), unsafe.Pointer(namespaces), unsafe.Pointer(searchMethod),
		unsafe.Pointer(text), limit, returnText))
	pins.Release(mark)
	runtime.KeepAlive(collection)
	runtime.KeepAlive(namespaces)
	runtime.KeepAlive(searchMethod)
	runtime.KeepAlive(text)
	return result
}

//go:wasmimport modus_collections searchByVector
func hostSearchByVectorRaw(collection, namespaces, searchMethod, vector unsafe.Pointer, limit int32, returnText bool) unsafe.Pointer

//modus:import modus_collections searchByVector
func hostSearchByVector(collection *string, namespaces *[]string, searchMethod *string, vector *[]float32, limit int32, returnText bool) *CollectionSearchResult {
	mark := pins.Mark()
	result := (*CollectionSearchResult)(hostSearchByVectorRaw(
		unsafe.Pointer(collection), unsafe.Pointer(namespaces), unsafe.Pointer(searchMethod),
		unsafe.Pointer(vector), limit, returnText))
	pins.Release(mark)
	runtime.KeepAlive(collection)
	runtime.KeepAlive(namespaces)
	runtime.KeepAlive(searchMethod)
	runtime.KeepAlive(vector)
	return result
}

//go:wasmimport modus_collections classifyText
func hostClassifyTextRaw(collection, namespace, searchMethod, text unsafe.Pointer) unsafe.Pointer

//modus:import modus_collections classifyText
func hostClassifyText(collection, namespace, searchMethod, text *string) *CollectionClassificationResult {
	mark := pins.Mark()
	result := (*CollectionClassificationResult)(hostClassifyTextRaw(
		unsafe.Pointer(collection), unsafe.Pointer(namespace), unsafe.Pointer(searchMethod),
		unsafe.Pointer(text)))
	pins.Release(mark)
	runtime.KeepAlive(collection)
	runtime.KeepAlive(namespace)
	runtime.KeepAlive(searchMethod)
	runtime.KeepAlive(text)
	return result
}

//go:wasmimport modus_collections recomputeIndex
func hostRecomputeIndexRaw(collection, namespace, searchMethod unsafe.Pointer) unsafe.Pointer

//modus:import modus_collections recomputeIndex
func hostRecomputeIndex(collection, namespace, searchMethod *string) *SearchMethodMutationResult {
	mark := pins.Mark()
	result := (*SearchMethodMutationResult)(hostRecomputeIndexRaw(
		unsafe.Pointer(collection), unsafe.Pointer(namespace), unsafe.Pointer(searchMethod)))
	pins.Release(mark)
	runtime.KeepAlive(collection)
	runtime.KeepAlive(namespace)
	runtime.KeepAlive(searchMethod)
	return result
}

//go:wasmimport modus_collections computeDistance
func hostComputeDistanceRaw(collection, namespace, searchMethod, key1, key2 unsafe.Pointer) unsafe.Pointer

//modus:import modus_collections computeDistance
func hostComputeDistance(collection, namespace, searchMethod, key1, key2 *string) *CollectionSearchResultObject {
	mark := pins.Mark()
	result := (*CollectionSearchResultObject)(hostComputeDistanceRaw(
		unsafe.Pointer(collection), unsafe.Pointer(namespace), unsafe.Pointer(searchMethod),
		unsafe.Pointer(key1), unsafe.Pointer(key2)))
	pins.Release(mark)
	runtime.KeepAlive(collection)
	runtime.KeepAlive(namespace)
	runtime.KeepAlive(searchMethod)
	runtime.KeepAlive(key1)
	runtime.KeepAlive(key2)
	return result
}

//go:wasmimport modus_collections getText
func hostGetTextRaw(collection, namespace, key unsafe.Pointer) unsafe.Pointer

//modus:import modus_collections getText
func hostGetText(collection, namespace, key *string) *string {
	mark := pins.Mark()
	result := (*string)(hostGetTextRaw(
		unsafe.Pointer(collection), unsafe.Pointer(namespace), unsafe.Pointer(key)))
	pins.Release(mark)
	runtime.KeepAlive(collection)
	runtime.KeepAlive(namespace)
	runtime.KeepAlive(key)
	return result
}

//go:wasmimport modus_collections dumpTexts
func hostDumpTextsRaw(collection, namespace unsafe.Pointer) unsafe.Pointer

//modus:import modus_collections dumpTexts
func hostDumpTexts(collection, namespace *string) *map[string]string {
	mark := pins.Mark()
	result := (*map[string]string)(hostDumpTextsRaw(unsafe.Pointer(collection), unsafe.Pointer(namespace)))
	pins.Release(mark)
	runtime.KeepAlive(collection)
	runtime.KeepAlive(namespace)
	return result
}

//go:wasmimport modus_collections getNamespaces
func hostGetNamespacesRaw(collection unsafe.Pointer) unsafe.Pointer

//modus:import modus_collections getNamespaces
func hostGetNamespaces(collection *string) *[]string {
	mark := pins.Mark()
	result := (*[]string)(hostGetNamespacesRaw(unsafe.Pointer(collection)))
	pins.Release(mark)
	runtime.KeepAlive(collection)
	return result
}

//go:wasmimport modus_collections getVector
func hostGetVectorRaw(collection, namespace, searchMethod, key unsafe.Pointer) unsafe.Pointer

//modus:import modus_collections getVector
func hostGetVector(collection, namespace, searchMethod, key *string) *[]float32 {
	mark := pins.Mark()
	result := (*[]float32)(hostGetVectorRaw(
		unsafe.Pointer(collection), unsafe.Pointer(namespace), unsafe.Pointer(searchMethod),
		unsafe.Pointer(key)))
	pins.Release(mark)
	runtime.KeepAlive(collection)
	runtime.KeepAlive(namespace)
	runtime.KeepAlive(searchMethod)
	runtime.KeepAlive(key)
	return result
}

//go:wasmimport modus_collections getLabels
func hostGetLabelsRaw(collection, namespace, key unsafe.Pointer) unsafe.Pointer

//modus:import modus_collections getLabels
func hostGetLabels(collection, namespace, key *string) *[]string {
	mark := pins.Mark()
	result := (*[]string)(hostGetLabelsRaw(
		unsafe.Pointer(collection), unsafe.Pointer(namespace), unsafe.Pointer(key)))
	pins.Release(mark)
	runtime.KeepAlive(collection)
	runtime.KeepAlive(namespace)
	runtime.KeepAlive(key)
	return result
}

//go:wasmimport atoll_collections call
func hostCallRaw(name, payload unsafe.Pointer) unsafe.Pointer

//modus:import atoll_collections call
func hostCall(name, payload *string) *string {
	mark := pins.Mark()
	result := (*string)(hostCallRaw(unsafe.Pointer(name), unsafe.Pointer(payload)))
	pins.Release(mark)
	runtime.KeepAlive(name)
	runtime.KeepAlive(payload)
	return result
}
