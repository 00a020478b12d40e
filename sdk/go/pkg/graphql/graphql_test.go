//go:build !wasip1

package graphql

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/hypermodeinc/modus/sdk/go/pkg/console"
)

func TestExecuteSendsTheOperation(t *testing.T) {
	before := GraphqlQueryCallStack.Size()
	response, err := Execute[string]("my-api", "query q", map[string]any{"name": "<a>", "n": 3})
	if err != nil {
		t.Fatal(err)
	}
	if response.Errors != nil || response.Data == nil || *response.Data != "Successful query result" {
		t.Errorf("the response is %#v", response)
	}
	if got := GraphqlQueryCallStack.Size(); got != before+1 {
		t.Fatalf("there are %d operations", got-before)
	}
	for i, want := range []string{"my-api", "query q", `{"n":3,"name":"<a>"}`} {
		call := GraphqlQueryCallStack.Items[before]
		if got := *call[i].(*string); got != want {
			t.Errorf("argument %d is %q, not %q", i, got, want)
		}
	}
}

func TestNoVariablesAreNull(t *testing.T) {
	if _, err := Execute[any]("my-api", "query q", nil); err != nil {
		t.Fatal(err)
	}
	if got := *GraphqlQueryCallStack.Pop()[2].(*string); got != "null" {
		t.Errorf("the variables are %s", got)
	}
}

func TestErrorsOfTheServiceAreGivenAndLogged(t *testing.T) {
	before := console.LogCallStack.Size()
	response, err := Execute[string]("my-api", "error", nil)
	if err != nil {
		t.Fatal(err)
	}
	want := []ErrorResult{{"mock error message", []CodeLocation{{1, 2}}, []string{"mock", "path"}}}
	if !reflect.DeepEqual(response.Errors, want) || *response.Data != "mock data" {
		t.Errorf("the response is %#v", response)
	}
	if got := console.LogCallStack.Size(); got != before+1 {
		t.Fatalf("there are %d messages", got-before)
	}
	message := console.LogCallStack.Pop()
	text := `GraphQL API Errors: [{"message":"mock error message",` +
		`"locations":[{"line":1,"column":2}],"path":["mock","path"]}]`
	if !reflect.DeepEqual(message, []any{"error", text}) {
		t.Errorf("the message is %v", message)
	}
}

func TestFailuresAreGivenAndLogged(t *testing.T) {
	_, variables := Execute[string]("my-api", "query q", map[string]any{"n": math.NaN()})
	_, data := Execute[int]("my-api", "query q", nil)
	for _, err := range []error{data, variables} {
		if err == nil {
			t.Fatal("there is no error")
		}
		message := console.LogCallStack.Pop()
		if !reflect.DeepEqual(message, []any{"error", err.Error()}) {
			t.Errorf("the message is %v, the error %v", message, err)
		}
	}
	if !strings.Contains(data.Error(), "cannot unmarshal string") {
		t.Errorf("the error is %v", data)
	}
}

func TestNoAnswerIsAFailure(t *testing.T) {
	empty := ""
	for _, result := range []*string{nil, &empty} {
		response, err := read[any](result)
		if response != nil || err == nil || err.Error() != "failed to execute the GQL query" {
			t.Errorf("the response is %v, with the error %v", response, err)
		}
	}
}

func answer[T any](t *testing.T, text string) *Response[T] {
	t.Helper()
	response, err := read[T](&text)
	if err != nil {
		t.Fatal(err)
	}
	return response
}

func TestMissingAndNullDataAreNil(t *testing.T) {
	for _, text := range []string{`{}`, `{"data":null}`, `{"errors":null,"data":null}`} {
		response := answer[map[string]any](t, text)
		if response.Data != nil || response.Errors != nil {
			t.Errorf("%s is %#v", text, response)
		}
	}
}

func TestNumbersOfDataKeepTheirDigits(t *testing.T) {
	response := answer[any](t, `{"data":{"n":9007199254740993}}`)
	if want := map[string]any{"n": json.Number("9007199254740993")}; !reflect.DeepEqual(*response.Data, want) {
		t.Errorf("the data is %#v", *response.Data)
	}
}

func TestNumbersOfAPathBecomeText(t *testing.T) {
	response := answer[any](t, `{"errors":[
		{"message":"a","path":["people",0,"te\u0078t"],"extensions":{"code":"X"}},
		{"message":"b","locations":[{"line":3,"column":4}]},
		{"message":"c","path":[]}
	]}`)
	want := []ErrorResult{
		{Message: "a", Path: []string{"people", "0", "text"}},
		{Message: "b", Locations: []CodeLocation{{3, 4}}},
		{Message: "c", Path: []string{}},
	}
	if !reflect.DeepEqual(response.Errors, want) {
		t.Errorf("the errors are %#v, not %#v", response.Errors, want)
	}
}
