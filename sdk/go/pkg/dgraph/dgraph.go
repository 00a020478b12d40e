// Package dgraph queries and changes Dgraph databases.
package dgraph

import (
	"errors"
)

// ExecuteQuery runs a query; with mutations, in one transaction with them. The connection is a name
// of the app's manifest.
func ExecuteQuery(connection string, query *Query, mutations ...*Mutation) (*Response, error) {
	return Execute(connection, &Request{Query: query, Mutations: mutations})
}

// ExecuteMutations runs mutations in one transaction. The connection is a name of the app's manifest.
func ExecuteMutations(connection string, mutations ...*Mutation) (*Response, error) {
	return Execute(connection, &Request{Mutations: mutations})
}

// Execute runs a query and mutations as one request.
//
// Deprecated: Use ExecuteQuery or ExecuteMutations.
func Execute(connection string, request *Request) (*Response, error) {
	response := hostExecuteQuery(&connection, request)
	if response == nil {
		return nil, errors.New("failed to execute the DQL query")
	}
	return response, nil
}

// AlterSchema adds to the schema of the database, or changes it.
func AlterSchema(connection, schema string) error {
	if failed(hostAlterSchema(&connection, &schema)) {
		return errors.New("failed to alter the schema")
	}
	return nil
}

// DropAttr removes an attribute with all its data.
func DropAttr(connection, attr string) error {
	if failed(hostDropAttribute(&connection, &attr)) {
		return errors.New("failed to drop the attribute")
	}
	return nil
}

// DropAll removes all data and the schema.
func DropAll(connection string) error {
	if failed(hostDropAllData(&connection)) {
		return errors.New("failed to drop all data")
	}
	return nil
}

// The text that the host gives has no meaning, but there is one when all went well; a host may say
// that it failed by an empty one.
func failed(result *string) bool {
	return result == nil || *result == ""
}
