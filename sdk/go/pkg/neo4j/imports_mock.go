//go:build !wasip1

package neo4j

import (
	"github.com/hypermodeinc/modus/sdk/go/pkg/testutils"
)

// Neo4jQueryCallStack has the queries that were run in native tests: the connection, the name of the
// database, the query and the JSON of the parameters, each a *string. Their result is always one
// record with the keys key1 and key2; its values are no JSON, so they can only be read by Get and AsMap.
var Neo4jQueryCallStack = testutils.NewCallStack()

// Tests of this package put other hosts here.
var hostExecuteQuery = mockExecuteQuery

func mockExecuteQuery(connection, dbName, query, parametersJson *string) *EagerResult {
	Neo4jQueryCallStack.Push(connection, dbName, query, parametersJson)
	return &EagerResult{
		Keys: []string{"key1", "key2"},
		Records: []*Record{
			{
				Keys:   []string{"key1", "key2"},
				Values: []string{"value1", "value2"},
			},
		},
	}
}
