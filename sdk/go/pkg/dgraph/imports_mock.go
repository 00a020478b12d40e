//go:build !wasip1

package dgraph

import (
	"github.com/hypermodeinc/modus/sdk/go/pkg/testutils"
)

// The arguments of calls in native tests, where there is no database and every call succeeds.
var (
	// DgraphQueryCallStack has the connection, a *string, and the *Request of each request.
	DgraphQueryCallStack = testutils.NewCallStack()
	// DgraphAlterSchemaCallStack has the connection and the schema of each call, *string both.
	DgraphAlterSchemaCallStack = testutils.NewCallStack()
	// DgraphDropAttrCallStack has the connection and the attribute of each call, *string both.
	DgraphDropAttrCallStack = testutils.NewCallStack()
	// DgraphDropAllCallStack has the connection of each call, a *string.
	DgraphDropAllCallStack = testutils.NewCallStack()
)

// Tests of this package put other hosts here.
var (
	hostExecuteQuery  = mockExecuteQuery
	hostAlterSchema   = mockAlterSchema
	hostDropAttribute = mockDropAttribute
	hostDropAllData   = mockDropAllData
)

func mockExecuteQuery(connection *string, request *Request) *Response {
	DgraphQueryCallStack.Push(connection, request)
	return &Response{
		Json: `{"data": {"query": "query"}}`,
		Uids: map[string]string{"uid1": "0x1", "uid2": "0x2"},
	}
}

func mockAlterSchema(connection, schema *string) *string {
	DgraphAlterSchemaCallStack.Push(connection, schema)
	return success()
}

func mockDropAttribute(connection, attr *string) *string {
	DgraphDropAttrCallStack.Push(connection, attr)
	return success()
}

func mockDropAllData(connection *string) *string {
	DgraphDropAllCallStack.Push(connection)
	return success()
}

func success() *string {
	text := "Success"
	return &text
}
