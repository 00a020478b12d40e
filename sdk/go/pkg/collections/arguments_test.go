//go:build !wasip1

package collections

import (
	"math"
	"reflect"
	"testing"

	"github.com/hypermodeinc/modus/sdk/go/pkg/testutils"
)

// expectCall compares a call with values, to which its pointers point.
func expectCall(t *testing.T, stack *testutils.CallStack, want ...any) {
	t.Helper()
	got := []any{}
	for _, value := range stack.Pop() {
		if v := reflect.ValueOf(value); v.Kind() == reflect.Pointer {
			value = v.Elem().Interface()
		}
		got = append(got, value)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("expected %#v, got %#v", want, got)
	}
}

func expectNoError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}

func TestUpsertPassesOneText(t *testing.T) {
	key := "p1"
	_, err := Upsert("docs", &key, "red bicycle", []string{"toys"}, WithNamespace("en"))
	expectNoError(t, err)
	expectCall(t, UpsertCallStack, "docs", "en", []string{"p1"}, []string{"red bicycle"}, [][]string{{"toys"}})

	_, err = Upsert("docs", nil, "red bicycle", nil)
	expectNoError(t, err)
	expectCall(t, UpsertCallStack, "docs", "", []string{}, []string{"red bicycle"}, [][]string{})

	_, err = Upsert("docs", nil, "red bicycle", []string{})
	expectNoError(t, err)
	expectCall(t, UpsertCallStack, "docs", "", []string{}, []string{"red bicycle"}, [][]string{{}})
}

func TestUpsertBatchNeverPassesNil(t *testing.T) {
	_, err := UpsertBatch("docs", nil, []string{"a", "b"}, nil)
	expectNoError(t, err)
	expectCall(t, UpsertCallStack, "docs", "", []string{}, []string{"a", "b"}, [][]string{})

	_, err = UpsertBatch("docs", []string{"1", "2"}, []string{"a", "b"}, [][]string{{"x"}, nil}, WithNamespace("en"))
	expectNoError(t, err)
	expectCall(t, UpsertCallStack, "docs", "en", []string{"1", "2"}, []string{"a", "b"}, [][]string{{"x"}, nil})
}

func TestSearchHasDefaults(t *testing.T) {
	_, err := Search("docs", "byMeaning", "bike")
	expectNoError(t, err)
	expectCall(t, SearchCallStack, "docs", []string{}, "byMeaning", "bike", int32(10), false)

	_, err = SearchByVector("docs", "byMeaning", []float32{1, 2}, WithNamespaces(nil))
	expectNoError(t, err)
	expectCall(t, SearchByVectorCallStack, "docs", []string{}, "byMeaning", []float32{1, 2}, int32(10), false)
}

func TestSearchPassesItsOptions(t *testing.T) {
	options := []SearchOption{WithNamespaces([]string{"en", ""}), WithLimit(3), WithReturnText(true)}
	_, err := Search("docs", "byMeaning", "bike", options...)
	expectNoError(t, err)
	expectCall(t, SearchCallStack, "docs", []string{"en", ""}, "byMeaning", "bike", int32(3), true)

	_, err = SearchByVector("docs", "byMeaning", []float32{1}, options...)
	expectNoError(t, err)
	expectCall(t, SearchByVectorCallStack, "docs", []string{"en", ""}, "byMeaning", []float32{1}, int32(3), true)
}

func TestALimitBeyondAllCountsIsTheGreatest(t *testing.T) {
	for limit, want := range map[int]int32{math.MaxInt: math.MaxInt32, math.MaxInt32: math.MaxInt32, 0: 0, -1: -1} {
		_, err := Search("docs", "byMeaning", "bike", WithLimit(limit))
		expectNoError(t, err)
		expectCall(t, SearchCallStack, "docs", []string{}, "byMeaning", "bike", want, false)
	}
}

func TestTheOthersPassTheirArgumentsInOrder(t *testing.T) {
	en := WithNamespace("en")
	_, err := Remove("docs", "p1", en)
	expectNoError(t, err)
	expectCall(t, DeleteCallStack, "docs", "en", "p1")
	_, err = NnClassify("docs", "byMeaning", "bike", en)
	expectNoError(t, err)
	expectCall(t, NnClassifyCallStack, "docs", "en", "byMeaning", "bike")
	_, err = RecomputeSearchMethod("docs", "byMeaning", en)
	expectNoError(t, err)
	expectCall(t, RecomputeSearchMethodCallStack, "docs", "en", "byMeaning")
	_, err = ComputeDistance("docs", "byMeaning", "p1", "p2", en)
	expectNoError(t, err)
	expectCall(t, ComputeDistanceCallStack, "docs", "en", "byMeaning", "p1", "p2")
	_, err = GetText("docs", "p1", en)
	expectNoError(t, err)
	expectCall(t, GetTextCallStack, "docs", "en", "p1")
	_, err = GetTexts("docs", en)
	expectNoError(t, err)
	expectCall(t, GetTextsCallStack, "docs", "en")
	_, err = GetNamespaces("docs")
	expectNoError(t, err)
	expectCall(t, GetNamespacesCallStack, "docs")
	_, err = GetVector("docs", "byMeaning", "p1", en)
	expectNoError(t, err)
	expectCall(t, GetVectorCallStack, "docs", "en", "byMeaning", "p1")
	_, err = GetLabels("docs", "p1", en)
	expectNoError(t, err)
	expectCall(t, GetLabelsCallStack, "docs", "en", "p1")
}
