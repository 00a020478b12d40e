//go:build !wasip1

package db

import (
	"encoding/json"
	"testing"
	"time"
)

func TestScalarsOfEveryBuiltInType(t *testing.T) {
	expectScalar(t, `"text"`, "text")
	expectScalar(t, `true`, true)
	expectScalar(t, `-7`, int8(-7))
	expectScalar(t, `18446744073709551615`, ^uint64(0))
	expectScalar(t, `0.5`, float32(0.5))
	expectScalar(t, `1e3`, float64(1000))
	expectScalar(t, `1.50`, json.Number("1.50"))
	expectScalar[any](t, `"text"`, "text")
	expectScalar[any](t, `1`, json.Number("1"))
}

func expectScalar[T any](t *testing.T, text string, want T) {
	t.Helper()
	giving(t, `[{"value":`+text+`}]`)
	response, err := QueryScalar[T]("main", "mysql", "x")
	if err != nil {
		t.Error(err)
		return
	}
	expectEqual(t, response.Value, want)
}

func TestScalarsThatDoNotFitAreAnError(t *testing.T) {
	expectMismatch[int](t, `"1"`, "int")
	expectMismatch[int](t, `1.0`, "int")
	expectMismatch[uint8](t, `256`, "uint8")
	expectMismatch[bool](t, `1`, "bool")
	expectMismatch[string](t, `null`, "string")
	expectMismatch[any](t, `null`, "interface {}")
	expectMismatch[time.Time](t, `"2024-01-01T00:00:00Z"`, "time.Time")
	expectMismatch[user](t, `{}`, "db.user")
}

func expectMismatch[T any](t *testing.T, text, typeName string) {
	t.Helper()
	giving(t, `[{"value":`+text+`}]`)
	response, err := QueryScalar[T]("main", "mysql", "x")
	expectError(t, err, "could not convert database result to "+typeName+": ")
	if response != nil {
		t.Error("expected no response beside the error")
	}
}

func TestScalarsNeedOneRowOfOneColumn(t *testing.T) {
	for rows, want := range map[string]string{
		`[{"n":1},{"n":2},{"n":3}]`: "expected a single row from a scalar database query, but received 3",
		`[{"n":1,"m":2}]`:           "expected a single column from a scalar database query, but received 2",
		`[]`:                        "no result returned from database query",
		`[{}]`:                      "no result returned from database query",
		`null`:                      "no result returned from database query",
		`[1]`:                       "could not JSON deserialize database response: ",
	} {
		giving(t, rows)
		_, err := QueryScalar[int]("main", "mysql", "x")
		expectError(t, err, want)
	}

	answering(t, &HostQueryResponse{RowsAffected: 1})
	_, err := QueryScalar[int]("main", "mysql", "x")
	expectError(t, err, "no result returned from database query")
}
