// Package db runs SQL statements. It is what the packages of the single database systems, postgresql
// and mysql, have in common; apps use those.
package db

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hypermodeinc/modus/sdk/go/pkg/utils"
)

// Response tells what a statement did.
type Response struct {
	// RowsAffected is the number of rows that the statement changed, or gave.
	RowsAffected uint32
	// LastInsertId is the key that the database gave to the new row. MySQL says so, PostgreSQL does not.
	LastInsertId uint64
}

// QueryResponse tells what a statement did, and holds its rows.
type QueryResponse[T any] struct {
	// RowsAffected is the number of rows that the statement changed, or gave.
	RowsAffected uint32
	// LastInsertId is the key that the database gave to the new row. MySQL says so, PostgreSQL does not.
	LastInsertId uint64
	// Rows is nil when the statement gives no rows at all, as an update without a RETURNING clause.
	Rows []T
}

// ScalarResponse tells what a statement did, and holds its one value.
type ScalarResponse[T any] struct {
	// RowsAffected is the number of rows that the statement changed, or gave.
	RowsAffected uint32
	// LastInsertId is the key that the database gave to the new row. MySQL says so, PostgreSQL does not.
	LastInsertId uint64
	// Value is the value of the only column of the only row.
	Value T
}

// HostQueryResponse is the host's answer to a statement. Apps have no use for it.
type HostQueryResponse struct {
	// Error is what the database said was wrong, nil if nothing was.
	Error *string
	// ResultJson is a JSON array of objects, one per row; nil when there are no rows to give.
	ResultJson   *string
	RowsAffected uint32
	LastInsertId uint64
}

// The host gives no rows for parameters that begin with it.
const executeMark = "exec:"

// Execute runs a statement whose rows are not wanted. The connection is a name of the app's
// manifest, dbType is "postgresql" or "mysql", and the parameters are the values of the statement's
// placeholders, in their order.
func Execute(connection, dbType, statement string, params ...any) (*Response, error) {
	answer, err := run(connection, dbType, statement, executeMark, params)
	if err != nil {
		return nil, err
	}
	return &Response{
		RowsAffected: answer.RowsAffected,
		LastInsertId: answer.LastInsertId,
	}, nil
}

// Query runs a statement and reads its rows, each into a T: a struct, a pointer to one, or a map. The
// columns find the fields of a struct by the rules of encoding/json; numbers that have no type in T
// are json.Number.
func Query[T any](connection, dbType, statement string, params ...any) (*QueryResponse[T], error) {
	answer, err := run(connection, dbType, statement, "", params)
	if err != nil {
		return nil, err
	}
	rows, err := rowsOf[T](answer.ResultJson)
	if err != nil {
		return nil, err
	}
	return &QueryResponse[T]{
		RowsAffected: answer.RowsAffected,
		LastInsertId: answer.LastInsertId,
		Rows:         rows,
	}, nil
}

// QueryScalar runs a statement that gives one row with one column, and reads its value. T is string,
// bool, a built-in type of numbers, json.Number or any. NULL is an error.
func QueryScalar[T any](connection, dbType, statement string, params ...any) (*ScalarResponse[T], error) {
	answer, err := run(connection, dbType, statement, "", params)
	if err != nil {
		return nil, err
	}
	value, err := scalarOf[T](answer.ResultJson)
	if err != nil {
		return nil, err
	}
	return &ScalarResponse[T]{
		RowsAffected: answer.RowsAffected,
		LastInsertId: answer.LastInsertId,
		Value:        value,
	}, nil
}

func run(connection, dbType, statement, mark string, params []any) (*HostQueryResponse, error) {
	paramsJson := mark + "[]"
	if len(params) > 0 {
		data, err := utils.JsonSerialize(params)
		if err != nil {
			return nil, fmt.Errorf("could not JSON serialize query parameters: %w", err)
		}
		paramsJson = mark + string(data)
	}

	statement = strings.TrimSpace(statement)
	answer := hostExecuteQuery(&connection, &dbType, &statement, &paramsJson)
	if answer == nil {
		return nil, errors.New("no response received from database query")
	}
	if answer.Error != nil {
		return nil, fmt.Errorf("database returned an error: %s", *answer.Error)
	}
	return answer, nil
}

func rowsOf[T any](resultJson *string) ([]T, error) {
	if resultJson == nil {
		return nil, nil
	}
	var rows []T
	if err := utils.JsonDeserialize([]byte(*resultJson), &rows); err != nil {
		return nil, fmt.Errorf("could not JSON deserialize database response: %w", err)
	}
	return rows, nil
}

func scalarOf[T any](resultJson *string) (value T, err error) {
	rows, err := rowsOf[map[string]any](resultJson)
	if err != nil {
		return value, err
	}
	if len(rows) > 1 {
		return value, fmt.Errorf("expected a single row from a scalar database query, but received %d", len(rows))
	}
	if len(rows) == 0 || len(rows[0]) == 0 {
		return value, errors.New("no result returned from database query")
	}
	if n := len(rows[0]); n > 1 {
		return value, fmt.Errorf("expected a single column from a scalar database query, but received %d", n)
	}

	for _, column := range rows[0] {
		if value, err = utils.ConvertInterfaceTo[T](column); err != nil {
			// The type of a pointer to T is known even when T is an interface.
			typeName := fmt.Sprintf("%T", (*T)(nil))[1:]
			return value, fmt.Errorf("could not convert database result to %s: %w", typeName, err)
		}
	}
	return value, nil
}
