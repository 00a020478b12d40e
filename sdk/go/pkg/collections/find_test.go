//go:build !wasip1

package collections

import (
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/hypermodeinc/modus/sdk/go/pkg/utils"
)

// expectRequest compares the JSON of the latest call, whatever the order of its members.
func expectRequest(t *testing.T, operation, want string) {
	t.Helper()
	call := CallCallStack.Pop()
	if name := *call[0].(*string); name != operation {
		t.Errorf("expected the operation %s, got %s", operation, name)
	}
	var got, wanted any
	for text, value := range map[string]*any{*call[1].(*string): &got, want: &wanted} {
		if err := utils.JsonDeserialize([]byte(text), value); err != nil {
			t.Fatal(err, text)
		}
	}
	if !reflect.DeepEqual(got, wanted) {
		t.Errorf("expected %s, got %s", want, *call[1].(*string))
	}
}

func TestFindHasDefaults(t *testing.T) {
	found, err := Find("docs", "bike <é>")
	expectNoError(t, err)
	expectRequest(t, "search", `{"collection": "docs", "namespaces": [], "searchMethod": "", "text": "bike <é>",
		"limit": 10, "returnText": true, "filter": null}`)
	want := []*CollectionMatch{{
		Key: "key1", Text: "Hello, World!", Labels: []string{"label1", "label2"}, Metadata: `{"year":2020}`, Score: 1,
	}}
	if !reflect.DeepEqual(found, want) {
		t.Errorf("%+v", found[0])
	}
}

func TestFindPassesItsOptions(t *testing.T) {
	_, err := Find("docs", "bike", WithSearchMethod("byMeaning"), WithMode(ByBoth), WithLimit(3), WithReturnText(false),
		WithNamespaces([]string{"en", ""}), WithWhere(Where{"year": Where{"gte": 2000}, "a.b": "<é>"}))
	expectNoError(t, err)
	expectRequest(t, "search", `{"collection": "docs", "namespaces": ["en", ""], "searchMethod": "byMeaning", "text": "bike",
		"limit": 3, "returnText": false, "mode": "hybrid", "filter": {"year": {"gte": 2000}, "a.b": "<é>"}}`)
}

func TestFindByVectorPassesItsOptions(t *testing.T) {
	options := []FindOption{WithLimit(-1), WithMode(ByMeaning), WithWhereJson(`{"not": {"$labels": {"contains": "x"}}}`)}
	_, err := FindByVector("docs", []float32{0.5, -2}, options...)
	expectNoError(t, err)
	expectRequest(t, "searchByVector", `{"collection": "docs", "namespaces": [], "searchMethod": "", "vector": [0.5, -2],
		"limit": -1, "returnText": true, "filter": {"not": {"$labels": {"contains": "x"}}}}`)
}

func TestFindAsksForNoMoreThanTheHostGives(t *testing.T) {
	for limit, want := range map[int]string{math.MaxInt: "10000", 10_001: "10000", 10_000: "10000", 0: "0", -1: "-1"} {
		_, err := Find("docs", "bike", WithLimit(limit))
		expectNoError(t, err)
		_, err = FindByVector("docs", []float32{1}, WithLimit(limit))
		expectNoError(t, err)
		for range 2 {
			if request := *CallCallStack.Pop()[1].(*string); !strings.Contains(request, `"limit":`+want+",") {
				t.Error(limit, request)
			}
		}
	}
}

func TestAnEmptyConditionIsNone(t *testing.T) {
	for _, none := range []FindOption{WithWhere(nil), WithWhereJson("")} {
		_, err := Find("docs", "bike", WithWhere(Where{"a": 1}), none)
		expectNoError(t, err)
		if request := *CallCallStack.Pop()[1].(*string); !strings.Contains(request, `"filter":null`) {
			t.Error(request)
		}
	}
}

func TestConditionsThatAreNoJsonDoNotReachTheHost(t *testing.T) {
	before := CallCallStack.Size()
	for _, where := range []FindOption{
		WithWhereJson(`{"a": 1}, "limit": 1000`), WithWhereJson(`{"a"`), WithWhere(Where{"a": func() {}}),
	} {
		if _, err := Find("docs", "bike", where); err == nil {
			t.Error("there is no error")
		}
	}
	if CallCallStack.Size() != before {
		t.Error("the host was called")
	}
}

func TestUpsertEntriesPassesAllOfThem(t *testing.T) {
	metadata, err := NewMetadata(map[string]any{"year": 2020, "tags": []string{"<a>"}})
	expectNoError(t, err)
	keys, err := UpsertEntries("docs", []CollectionEntry{
		{Key: "1", Text: "a", Labels: []string{"x"}, Metadata: metadata}, {Key: "2", Text: "b"},
	}, WithNamespace("en"))
	expectNoError(t, err)
	expectRequest(t, "upsert", `{"collection": "docs", "namespace": "en", "keys": ["1", "2"], "texts": ["a", "b"],
		"labels": [["x"], []], "metadata": [{"year": 2020, "tags": ["<a>"]}, {}]}`)
	if !reflect.DeepEqual(keys, []string{"1", "2"}) {
		t.Error(keys)
	}

	_, err = UpsertEntries("docs", []CollectionEntry{{Text: "a"}})
	expectNoError(t, err)
	expectRequest(t, "upsert", `{"collection": "docs", "namespace": "", "keys": [], "texts": ["a"], "labels": [[]],
		"metadata": [{}]}`)
}

func TestGetEntryGivesAllThatIsStored(t *testing.T) {
	entry, err := GetEntry("docs", "key1", WithNamespace("en"))
	expectNoError(t, err)
	expectRequest(t, "entry", `{"collection": "docs", "namespace": "en", "key": "key1"}`)
	want := &CollectionEntry{Key: "key1", Text: "Hello, World!", Labels: []string{"label1", "label2"}, Metadata: `{"year":2020}`}
	if !reflect.DeepEqual(entry, want) {
		t.Errorf("%+v", entry)
	}
}

func TestWhatIsMissingIsAnError(t *testing.T) {
	before := CallCallStack.Size()
	one := []CollectionEntry{{Text: "a"}}
	for want, call := range map[string]func() (any, error){
		"collection name is required": func() (any, error) { return Find("", "bike") },
		"text is required":            func() (any, error) { return Find("docs", "") },
		"vector is required":          func() (any, error) { return FindByVector("docs", nil) },
		"entries is empty":            func() (any, error) { return UpsertEntries("docs", nil) },
		"key is required":             func() (any, error) { return GetEntry("docs", "") },
		"a vector can be found by meaning only": func() (any, error) {
			return FindByVector("docs", []float32{1}, WithMode(ByWords))
		},
		"some entries have a key, and others have none": func() (any, error) {
			return UpsertEntries("docs", append(one, CollectionEntry{Key: "1", Text: "b"}))
		},
	} {
		result, err := call()
		expectError(t, want, result, err, want)
	}
	_, err := UpsertEntries("", one)
	expectError(t, "UpsertEntries", nil, err, "collection name is required")
	_, err = FindByVector("", []float32{1})
	expectError(t, "FindByVector", nil, err, "collection name is required")
	if CallCallStack.Size() != before {
		t.Error("the host was called")
	}
}

func TestWhatTheHostSaysIsTheError(t *testing.T) {
	var answered string
	hostAnswer = &answered
	t.Cleanup(func() { hostAnswer = nil })

	answered = `{"error": {"code": "NO_SUCH_COLLECTION", "message": "no collection é", "hint": null}}`
	_, err := Find("docs", "bike")
	var told *CollectionError
	if !errors.As(err, &told) || *told != (CollectionError{Code: "NO_SUCH_COLLECTION", Message: "no collection é"}) {
		t.Error(err)
	}
	expectError(t, "Find", nil, err, "no collection é")

	answered = `{"ok": null}`
	entry, err := GetEntry("docs", "k")
	if entry != nil || err != nil {
		t.Error(entry, err)
	}

	answered = `{"ok": [`
	if _, err = GetEntry("docs", "k"); err == nil || !strings.HasPrefix(err.Error(), "could not read the host's answer: ") {
		t.Error(err)
	}

	for _, answered = range []string{"", "down"} {
		hostIsDown = answered == "down"
		_, err = UpsertEntries("docs", []CollectionEntry{{Text: "a"}})
		expectError(t, "UpsertEntries", nil, err, "no answer from the host")
	}
	hostIsDown = false
}

func TestMetadataOfStructsAndMaps(t *testing.T) {
	type about struct {
		Year int64 `json:"year"`
	}
	metadata, err := NewMetadata(about{1 << 60})
	expectNoError(t, err)
	var read about
	expectNoError(t, metadata.Read(&read))
	if metadata != `{"year":1152921504606846976}` || read.Year != 1<<60 {
		t.Error(metadata, read)
	}
	var none map[string]any
	expectNoError(t, Metadata("").Read(&none))
	if none == nil || len(none) != 0 {
		t.Error(none)
	}
	for _, wrong := range []any{1, []int{1}, "a", func() {}} {
		if _, err := NewMetadata(wrong); err == nil {
			t.Errorf("%T is no metadata", wrong)
		}
	}
	if _, err := UpsertEntries("docs", []CollectionEntry{{Text: "a", Metadata: `{}], "texts": ["b"`}}); err == nil {
		t.Error("there is no error")
	}
}
