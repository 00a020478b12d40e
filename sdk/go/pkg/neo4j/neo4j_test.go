//go:build !wasip1

package neo4j

import (
	"math"
	"reflect"
	"strings"
	"testing"
)

func expectCall(t *testing.T, want ...string) {
	t.Helper()
	got := []string{}
	for _, value := range Neo4jQueryCallStack.Pop() {
		got = append(got, *value.(*string))
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("expected %q, got %q", want, got)
	}
}

func TestQueriesGoToTheDefaultDatabase(t *testing.T) {
	result, err := ExecuteQuery("social", "MATCH (n) RETURN n", map[string]any{"n": "a<b", "k": int64(math.MaxInt64)})
	if err != nil {
		t.Fatal(err)
	}
	expectCall(t, "social", "neo4j", "MATCH (n) RETURN n", `{"k":9223372036854775807,"n":"a<b"}`)

	record := result.Records[0]
	if !reflect.DeepEqual(result.Keys, []string{"key1", "key2"}) || len(result.Records) != 1 {
		t.Errorf("%+v", result)
	}
	if value, ok := record.Get("key2"); !ok || value != "value2" {
		t.Error(value, ok)
	}
}

func TestQueriesMayNameADatabase(t *testing.T) {
	if _, err := ExecuteQuery("social", "RETURN 1", nil, WithDbName("first"), WithDbName("people")); err != nil {
		t.Fatal(err)
	}
	expectCall(t, "social", "people", "RETURN 1", "null")
}

func TestParametersThatAreNotJsonNeverReachTheHost(t *testing.T) {
	before := Neo4jQueryCallStack.Size()
	result, err := ExecuteQuery("social", "RETURN $x", map[string]any{"x": math.Inf(1)})
	if err == nil || !strings.HasPrefix(err.Error(), "could not JSON serialize query parameters: ") {
		t.Error(err)
	}
	if result != nil || Neo4jQueryCallStack.Size() != before {
		t.Error("expected no call and no result")
	}
}

func TestNoResultIsAnError(t *testing.T) {
	t.Cleanup(func() { hostExecuteQuery = mockExecuteQuery })
	hostExecuteQuery = func(_, _, _, _ *string) *EagerResult { return nil }
	result, err := ExecuteQuery("social", "RETURN 1", nil)
	if result != nil || err == nil || err.Error() != "failed to execute the Neo4j query" {
		t.Error(result, err)
	}
}
