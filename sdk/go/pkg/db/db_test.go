//go:build !wasip1

package db

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"
)

type user struct {
	Id     int
	Name   string `json:"name"`
	Age    uint8
	Active bool
}

// answering puts a host that gives one answer, for the time of a test.
func answering(t *testing.T, answer *HostQueryResponse) {
	t.Cleanup(func() { hostExecuteQuery = mockExecuteQuery })
	hostExecuteQuery = func(_, _, _, _ *string) *HostQueryResponse { return answer }
}

func giving(t *testing.T, resultJson string) {
	answering(t, &HostQueryResponse{ResultJson: &resultJson, RowsAffected: 1, LastInsertId: 9})
}

func lastCall(t *testing.T) []string {
	t.Helper()
	call := []string{}
	for _, value := range DatabaseQueryCallStack.Pop() {
		call = append(call, *value.(*string))
	}
	return call
}

func expectError(t *testing.T, err error, text string) {
	t.Helper()
	if err == nil || !strings.HasPrefix(err.Error(), text) {
		t.Errorf("expected an error %q, got %v", text, err)
	}
}

func expectEqual(t *testing.T, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("expected %#v, got %#v", want, got)
	}
}

func TestExecuteTellsTheHostThatNoRowsAreWanted(t *testing.T) {
	response, err := Execute("main", "mysql", "\n\t"+MockExecuteStatement+" \n", MockExecuteParameters...)
	if err != nil {
		t.Fatal(err)
	}
	expectEqual(t, response, &Response{RowsAffected: 3})
	expectEqual(t, lastCall(t), []string{"main", "mysql", MockExecuteStatement, `exec:["John",30,1]`})
}

func TestQueryReadsRows(t *testing.T) {
	response, err := Query[user]("main", "postgresql", MockQueryStatement, MockQueryParameters...)
	if err != nil {
		t.Fatal(err)
	}
	expectEqual(t, response, &QueryResponse[user]{
		RowsAffected: 3,
		Rows:         []user{{1, "Alice", 18, true}, {2, "Bob", 19, true}, {3, "Charlie", 20, true}},
	})
	expectEqual(t, lastCall(t), []string{"main", "postgresql", MockQueryStatement, `[18,21,true]`})
}

func TestQueryScalarReadsTheOneValue(t *testing.T) {
	response, err := QueryScalar[int]("main", "postgresql", MockQueryScalarStatement, MockQueryScalarParameters...)
	if err != nil {
		t.Fatal(err)
	}
	expectEqual(t, response, &ScalarResponse[int]{RowsAffected: 1, Value: 3})
	expectEqual(t, lastCall(t), []string{"main", "postgresql", MockQueryScalarStatement, `[0,18,false]`})
}

func TestParametersBecomeOneJsonArray(t *testing.T) {
	when := time.Date(2024, 2, 3, 4, 5, 6, 7000, time.UTC)
	for _, c := range []struct {
		params []any
		want   string
	}{
		{nil, `[]`},
		{[]any{}, `[]`},
		{[]any{nil}, `[null]`},
		{[]any{"a<b>&\"c\""}, `["a<b>&\"c\""]`},
		{[]any{int64(math.MaxInt64), uint64(math.MaxUint64)}, `[9223372036854775807,18446744073709551615]`},
		{[]any{when, []byte("hi")}, `["2024-02-03T04:05:06.000007Z","aGk="]`},
		{[]any{NewPoint(1, 2), *NewPoint(1, 2.5)}, `["(1,2)","(1,2.5)"]`},
		{[]any{NewLocation(1, 2), *NewLocation(1, 2.5)}, `["(1,2)","(1,2.5)"]`},
		{[]any{[]int{1}, map[string]any{"a": nil}}, `[[1],{"a":null}]`},
	} {
		if _, err := Query[user]("main", "postgresql", MockQueryStatement, c.params...); err != nil {
			t.Fatal(err)
		}
		expectEqual(t, lastCall(t)[3], c.want)
		if _, err := Execute("main", "postgresql", MockExecuteStatement, c.params...); err != nil {
			t.Fatal(err)
		}
		expectEqual(t, lastCall(t)[3], "exec:"+c.want)
	}
}

func TestParametersThatAreNotJsonNeverReachTheHost(t *testing.T) {
	before := DatabaseQueryCallStack.Size()
	response, err := Execute("main", "mysql", MockExecuteStatement, math.NaN())
	expectError(t, err, "could not JSON serialize query parameters: ")
	if response != nil || DatabaseQueryCallStack.Size() != before {
		t.Error("expected no call and no response")
	}
}

func TestUnknownStatementsPanicInNativeTests(t *testing.T) {
	defer func() { expectEqual(t, recover(), "un-mocked database query") }()
	_, _ = Execute("main", "mysql", "DELETE FROM users")
}

func TestErrorsOfTheHostAreErrorsOfAllFunctions(t *testing.T) {
	problem := "no such table"
	for _, c := range []struct {
		answer *HostQueryResponse
		want   string
	}{
		{nil, "no response received from database query"},
		{&HostQueryResponse{Error: &problem}, "database returned an error: no such table"},
	} {
		answering(t, c.answer)
		executed, err := Execute("main", "mysql", "x")
		expectError(t, err, c.want)
		queried, err := Query[user]("main", "mysql", "x")
		expectError(t, err, c.want)
		scalar, err := QueryScalar[int]("main", "mysql", "x")
		expectError(t, err, c.want)
		if executed != nil || queried != nil || scalar != nil {
			t.Error("expected no response beside the error")
		}
	}
}

func TestLastInsertIdIsPassedOn(t *testing.T) {
	giving(t, `[{"n":1}]`)
	executed, _ := Execute("main", "mysql", "x")
	queried, _ := Query[map[string]any]("main", "mysql", "x")
	scalar, _ := QueryScalar[int]("main", "mysql", "x")
	expectEqual(t, []uint64{executed.LastInsertId, queried.LastInsertId, scalar.LastInsertId}, []uint64{9, 9, 9})
}

func TestRowsMayBeMapsAndPointers(t *testing.T) {
	giving(t, `[{"id":9007199254740993,"name":null}]`)
	maps, err := Query[map[string]any]("main", "mysql", "x")
	if err != nil {
		t.Fatal(err)
	}
	expectEqual(t, maps.Rows, []map[string]any{{"id": json.Number("9007199254740993"), "name": nil}})
	pointers, err := Query[*user]("main", "mysql", "x")
	if err != nil {
		t.Fatal(err)
	}
	expectEqual(t, pointers.Rows, []*user{{Id: 9007199254740993}})
}

func TestStatementsWithoutRowsGiveNilRows(t *testing.T) {
	answering(t, &HostQueryResponse{RowsAffected: 4})
	response, err := Query[user]("main", "mysql", "x")
	if err != nil {
		t.Fatal(err)
	}
	expectEqual(t, response, &QueryResponse[user]{RowsAffected: 4})
}

func TestRowsThatDoNotFitAreAnError(t *testing.T) {
	for _, rows := range []string{`[{"id":"one"}]`, `{}`, `[`, ``} {
		giving(t, rows)
		response, err := Query[user]("main", "mysql", "x")
		expectError(t, err, "could not JSON deserialize database response: ")
		if response != nil {
			t.Error("expected no response beside the error")
		}
	}
}
