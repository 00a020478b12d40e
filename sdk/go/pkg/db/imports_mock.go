//go:build !wasip1

package db

import (
	"github.com/hypermodeinc/modus/sdk/go/pkg/testutils"
)

// DatabaseQueryCallStack has the statements that were run in native tests: the connection, the type
// of the database, the statement and the JSON of the parameters, each a *string.
var DatabaseQueryCallStack = testutils.NewCallStack()

// In native tests, these are the only statements that can be run, and parameters that fit them.
var (
	// MockExecuteStatement affects 3 rows.
	MockExecuteStatement  = "UPDATE users SET name = $1 age = $2 WHERE id = $3"
	MockExecuteParameters = []any{"John", 30, 1}

	// MockQueryStatement gives 3 rows with the columns id, name, age and active.
	MockQueryStatement  = "SELECT * FROM users WHERE age >= $1 and age < $2 and active = $3"
	MockQueryParameters = []any{18, 21, true}

	// MockQueryScalarStatement gives a count of 3.
	MockQueryScalarStatement  = "SELECT COUNT(*) FROM users WHERE age >= $1 and age < $2 and active = $3"
	MockQueryScalarParameters = []any{0, 18, false}
)

// Tests of this package put other hosts here.
var hostExecuteQuery = mockExecuteQuery

func mockExecuteQuery(connection, dbType, statement, paramsJson *string) *HostQueryResponse {
	DatabaseQueryCallStack.Push(connection, dbType, statement, paramsJson)

	switch *statement {
	case MockExecuteStatement:
		return &HostQueryResponse{RowsAffected: 3}
	case MockQueryStatement:
		rows := `[
			{"id": 1, "name": "Alice", "age": 18, "active": true},
			{"id": 2, "name": "Bob", "age": 19, "active": true},
			{"id": 3, "name": "Charlie", "age": 20, "active": true}
		]`
		return &HostQueryResponse{ResultJson: &rows, RowsAffected: 3}
	case MockQueryScalarStatement:
		rows := `[{"count":3}]`
		return &HostQueryResponse{ResultJson: &rows, RowsAffected: 1}
	default:
		panic("un-mocked database query")
	}
}
