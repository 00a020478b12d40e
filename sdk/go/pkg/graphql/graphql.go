// Package graphql is a client of GraphQL services, over the connections of the app's manifest.
package graphql

import (
	"errors"
	"fmt"

	"github.com/hypermodeinc/modus/sdk/go/pkg/console"
	"github.com/hypermodeinc/modus/sdk/go/pkg/utils"
)

// Execute sends a GraphQL operation over a connection, and reads its data into a T. Numbers that go
// into an any become json.Number.
//
// Errors that the service tells are in the response, and logged. It is an error if the service does
// not answer, if the variables cannot be written as JSON, and if the answer does not fit T.
func Execute[T any](connection, statement string, variables map[string]any) (*Response[T], error) {
	encoded, err := utils.JsonSerialize(variables)
	if err != nil {
		return nil, logged(fmt.Errorf("failed to serialize GQL variables: %w", err))
	}
	text := string(encoded)
	return read[T](hostExecuteQuery(&connection, &statement, &text))
}

// read takes what the host gives; some hosts give an empty text where there is no answer.
func read[T any](result *string) (*Response[T], error) {
	if result == nil || *result == "" {
		return nil, errors.New("failed to execute the GQL query")
	}
	var response Response[T]
	if err := utils.JsonDeserialize([]byte(*result), &response); err != nil {
		return nil, logged(fmt.Errorf("failed to deserialize the GQL response: %w", err))
	}
	if len(response.Errors) > 0 {
		// Errors are texts and numbers, which can always be written.
		encoded, _ := utils.JsonSerialize(response.Errors)
		console.Error("GraphQL API Errors: " + string(encoded))
	}
	return &response, nil
}

func logged(err error) error {
	console.Error(err.Error())
	return err
}
