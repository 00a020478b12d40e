//go:build !wasip1

package collections

import (
	"reflect"
	"testing"
)

// The functions, with collection, search method and two texts (or keys) as arguments where they take
// them; the texts are left out when they are empty.
var functions = map[string]func(collection, method, first, second string) (any, error){
	"Upsert":      func(c, _, text, _ string) (any, error) { return Upsert(c, nil, text, nil) },
	"UpsertBatch": func(c, _, text, _ string) (any, error) { return UpsertBatch(c, nil, nonEmpty(text), nil) },
	"Remove":      func(c, _, key, _ string) (any, error) { return Remove(c, key) },
	"Search":      func(c, m, text, _ string) (any, error) { return Search(c, m, text) },
	"SearchByVector": func(c, m, text, _ string) (any, error) {
		return SearchByVector(c, m, make([]float32, len(text)))
	},
	"NnClassify":            func(c, m, text, _ string) (any, error) { return NnClassify(c, m, text) },
	"RecomputeSearchMethod": func(c, m, _, _ string) (any, error) { return RecomputeSearchMethod(c, m) },
	"ComputeDistance":       func(c, m, key1, key2 string) (any, error) { return ComputeDistance(c, m, key1, key2) },
	"GetText":               func(c, _, key, _ string) (any, error) { return GetText(c, key) },
	"GetTexts":              func(c, _, _, _ string) (any, error) { return GetTexts(c) },
	"GetNamespaces":         func(c, _, _, _ string) (any, error) { return GetNamespaces(c) },
	"GetVector":             func(c, m, key, _ string) (any, error) { return GetVector(c, m, key) },
	"GetLabels":             func(c, _, key, _ string) (any, error) { return GetLabels(c, key) },
}

func nonEmpty(text string) []string {
	if text == "" {
		return nil
	}
	return []string{text}
}

func expectError(t *testing.T, name string, result any, err error, want string) {
	t.Helper()
	if err == nil || err.Error() != want {
		t.Errorf("%s: expected an error %q, got %v", name, want, err)
	}
	if result != nil && !reflect.ValueOf(result).IsZero() {
		t.Errorf("%s: expected no result beside the error, got %#v", name, result)
	}
}

func TestEveryFunctionNeedsACollection(t *testing.T) {
	for name, function := range functions {
		result, err := function("", "", "", "")
		expectError(t, name, result, err, "collection name is required")
	}
}

func TestSearchMethodsAreRequired(t *testing.T) {
	for _, name := range []string{
		"Search", "SearchByVector", "NnClassify", "RecomputeSearchMethod", "ComputeDistance", "GetVector",
	} {
		result, err := functions[name]("docs", "", "", "")
		expectError(t, name, result, err, "search method is required")
	}
}

func TestTextsAndKeysAreRequired(t *testing.T) {
	for name, want := range map[string]string{
		"Upsert":          "text is required",
		"UpsertBatch":     "texts is empty",
		"Remove":          "key is required",
		"Search":          "text is required",
		"NnClassify":      "text is required",
		"ComputeDistance": "key1 is required",
		"GetText":         "key is required",
		"GetVector":       "key is required",
		"GetLabels":       "key is required",
	} {
		result, err := functions[name]("docs", "byMeaning", "", "")
		expectError(t, name, result, err, want)
	}
	result, err := ComputeDistance("docs", "byMeaning", "p1", "")
	expectError(t, "ComputeDistance", result, err, "key2 is required")
}

func TestAnEmptyVectorGivesBothAResultAndAnError(t *testing.T) {
	before := SearchByVectorCallStack.Size()
	result, err := SearchByVector("docs", "byMeaning", nil)
	if err == nil || err.Error() != "vector is required" {
		t.Error(err)
	}
	want := &CollectionSearchResult{Collection: "docs", Status: Error, Error: "vector is required", SearchMethod: "byMeaning"}
	if !reflect.DeepEqual(result, want) {
		t.Errorf("%+v", result)
	}
	if SearchByVectorCallStack.Size() != before {
		t.Error("the host was called")
	}
}

func TestNoResultOfTheHostIsAnError(t *testing.T) {
	t.Cleanup(func() { hostIsDown = false })
	hostIsDown = true
	wants := map[string]string{
		"Upsert":                "failed to upsert",
		"UpsertBatch":           "failed to upsert",
		"Remove":                "failed to delete",
		"Search":                "failed to search",
		"SearchByVector":        "failed to search",
		"NnClassify":            "failed to classify",
		"RecomputeSearchMethod": "failed to recompute",
		"ComputeDistance":       "failed to compute distance",
		"GetText":               "failed to get text for key",
		"GetTexts":              "failed to get texts",
		"GetNamespaces":         "failed to get namespaces",
		"GetVector":             "failed to get vector for key",
	}
	for name, want := range wants {
		result, err := functions[name]("docs", "byMeaning", "p1", "p2")
		expectError(t, name, result, err, want)
	}

	labels, err := GetLabels("docs", "p1")
	if err != nil || labels == nil || len(labels) != 0 {
		t.Error(labels, err)
	}
}

func TestResultsOfTheMockArrive(t *testing.T) {
	for name, want := range map[string]any{
		"Upsert":                &CollectionMutationResult{Collection: "docs", Status: Success, Operation: "upsert", Keys: []string{}},
		"Remove":                &CollectionMutationResult{Collection: "docs", Status: Success, Operation: "delete", Keys: []string{"p1"}},
		"Search":                &CollectionSearchResult{Collection: "docs", Status: Success, SearchMethod: "byMeaning"},
		"SearchByVector":        &CollectionSearchResult{Collection: "docs", Status: Success, SearchMethod: "byMeaning"},
		"NnClassify":            &CollectionClassificationResult{Collection: "docs", Status: Success, SearchMethod: "byMeaning"},
		"RecomputeSearchMethod": &SearchMethodMutationResult{Collection: "docs", Status: Success, Operation: "recompute", SearchMethod: "byMeaning"},
		"ComputeDistance":       &CollectionSearchResultObject{Distance: 0, Score: 1},
		"GetText":               "Hello, World!",
		"GetTexts":              map[string]string{"key1": "Hello, World!", "key2": "Hello, World!"},
		"GetNamespaces":         []string{"namespace1", "namespace2"},
		"GetVector":             []float32{0.1, 0.2, 0.3},
		"GetLabels":             []string{"label1", "label2"},
	} {
		result, err := functions[name]("docs", "byMeaning", "p1", "p2")
		if err != nil || !reflect.DeepEqual(result, want) {
			t.Errorf("%s: expected %#v, got %#v, %v", name, want, result, err)
		}
	}
}
