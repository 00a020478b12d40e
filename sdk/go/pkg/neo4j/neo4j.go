// Package neo4j queries Neo4j databases.
package neo4j

import (
	"errors"
	"fmt"

	"github.com/hypermodeinc/modus/sdk/go/pkg/utils"
)

// EagerResult is all that a query gave.
type EagerResult struct {
	// Keys has the names of the columns.
	Keys    []string
	Records []*Record
}

// Neo4jOption is an option of ExecuteQuery.
type Neo4jOption func(*neo4jOptions)

type neo4jOptions struct {
	dbName string
}

// WithDbName names the database that a query is for; without it, "neo4j" is.
func WithDbName(dbName string) Neo4jOption {
	return func(o *neo4jOptions) {
		o.dbName = dbName
	}
}

// ExecuteQuery runs a query in Cypher and reads all its records. The connection is a name of the
// app's manifest, and the parameters are the values of the query's parameters, by their names without
// "$".
func ExecuteQuery(connection, query string, parameters map[string]any, opts ...Neo4jOption) (*EagerResult, error) {
	options := neo4jOptions{dbName: "neo4j"}
	for _, opt := range opts {
		opt(&options)
	}

	data, err := utils.JsonSerialize(parameters)
	if err != nil {
		return nil, fmt.Errorf("could not JSON serialize query parameters: %w", err)
	}
	parametersJson := string(data)

	result := hostExecuteQuery(&connection, &options.dbName, &query, &parametersJson)
	if result == nil {
		return nil, errors.New("failed to execute the Neo4j query")
	}
	return result, nil
}
