//go:build !wasip1

package graphql

import "github.com/hypermodeinc/modus/sdk/go/pkg/testutils"

// GraphqlQueryCallStack has the operations that were sent: connection, statement and variables, each
// as a *string.
var GraphqlQueryCallStack = testutils.NewCallStack()

func hostExecuteQuery(connection, statement, variables *string) *string {
	GraphqlQueryCallStack.Push(connection, statement, variables)
	result := `{"data":"Successful query result"}`
	if *statement == "error" {
		result = `{"data":"mock data","errors":[{"message":"mock error message",` +
			`"locations":[{"line":1,"column":2}],"path":["mock","path"]}]}`
	}
	return &result
}
