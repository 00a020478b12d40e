//go:build !wasip1

package dgraph

import (
	"reflect"
	"testing"

	"github.com/hypermodeinc/modus/sdk/go/pkg/testutils"
)

var mockResponse = &Response{
	Json: `{"data": {"query": "query"}}`,
	Uids: map[string]string{"uid1": "0x1", "uid2": "0x2"},
}

func expectTexts(t *testing.T, stack *testutils.CallStack, want ...string) {
	t.Helper()
	got := []string{}
	for _, value := range stack.Pop() {
		got = append(got, *value.(*string))
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("expected %q, got %q", want, got)
	}
}

func expectRequest(t *testing.T, want *Request) {
	t.Helper()
	call := DgraphQueryCallStack.Pop()
	if len(call) != 2 || *call[0].(*string) != "graph" || !reflect.DeepEqual(call[1], want) {
		t.Errorf("expected a request %+v to graph, got %+v", want, call)
	}
}

func expectResponse(t *testing.T, got *Response, err error) {
	t.Helper()
	if err != nil || !reflect.DeepEqual(got, mockResponse) {
		t.Errorf("expected the response of the mock, got %v, %v", got, err)
	}
}

func expectError(t *testing.T, err error, text string) {
	t.Helper()
	if err == nil || err.Error() != text {
		t.Errorf("expected an error %q, got %v", text, err)
	}
}

func TestQueriesAndMutationsAreOneRequest(t *testing.T) {
	query := NewQuery("{ q(func: uid(0x1)) { uid } }")
	first, second := NewMutation().WithSetJson("{}"), NewMutation().WithDelNquads("<0x1> * * .")

	response, err := ExecuteQuery("graph", query)
	expectResponse(t, response, err)
	expectRequest(t, &Request{Query: query})

	response, err = ExecuteQuery("graph", query, first, second)
	expectResponse(t, response, err)
	expectRequest(t, &Request{Query: query, Mutations: []*Mutation{first, second}})

	response, err = ExecuteMutations("graph", first)
	expectResponse(t, response, err)
	expectRequest(t, &Request{Mutations: []*Mutation{first}})

	request := &Request{Query: &Query{Query: "{}"}, Mutations: []*Mutation{{SetNquads: "x"}}}
	response, err = Execute("graph", request)
	expectResponse(t, response, err)
	expectRequest(t, request)
}

func TestMaintenanceNamesItsTarget(t *testing.T) {
	if err := AlterSchema("graph", "name: string ."); err != nil {
		t.Error(err)
	}
	expectTexts(t, DgraphAlterSchemaCallStack, "graph", "name: string .")
	if err := DropAttr("graph", "name"); err != nil {
		t.Error(err)
	}
	expectTexts(t, DgraphDropAttrCallStack, "graph", "name")
	if err := DropAll("graph"); err != nil {
		t.Error(err)
	}
	expectTexts(t, DgraphDropAllCallStack, "graph")
}

func TestNoResponseIsAnError(t *testing.T) {
	t.Cleanup(func() { hostExecuteQuery = mockExecuteQuery })
	hostExecuteQuery = func(*string, *Request) *Response { return nil }
	for _, call := range []func() (*Response, error){
		func() (*Response, error) { return ExecuteQuery("graph", NewQuery("{}")) },
		func() (*Response, error) { return ExecuteMutations("graph", NewMutation()) },
		func() (*Response, error) { return Execute("graph", &Request{}) },
	} {
		response, err := call()
		expectError(t, err, "failed to execute the DQL query")
		if response != nil {
			t.Error("expected no response beside the error")
		}
	}
}

func TestMaintenanceWithoutAResultIsAnError(t *testing.T) {
	t.Cleanup(func() {
		hostAlterSchema, hostDropAttribute, hostDropAllData = mockAlterSchema, mockDropAttribute, mockDropAllData
	})
	for _, result := range []*string{nil, new(string)} {
		hostAlterSchema = func(_, _ *string) *string { return result }
		hostDropAttribute = func(_, _ *string) *string { return result }
		hostDropAllData = func(*string) *string { return result }
		expectError(t, AlterSchema("graph", "x"), "failed to alter the schema")
		expectError(t, DropAttr("graph", "x"), "failed to drop the attribute")
		expectError(t, DropAll("graph"), "failed to drop all data")
	}
}
