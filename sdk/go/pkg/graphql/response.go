package graphql

import (
	"encoding/json"

	"github.com/hypermodeinc/modus/sdk/go/pkg/utils"
)

// Response is what a service answers. Data is nil when it is null or missing.
type Response[T any] struct {
	Errors []ErrorResult `json:"errors"`
	Data   *T            `json:"data"`
}

// ErrorResult is what a service says went wrong. Path has the names of fields, and the places in
// lists, that lead to the value that failed.
type ErrorResult struct {
	Message   string         `json:"message"`
	Locations []CodeLocation `json:"locations"`
	Path      []string       `json:"path"`
}

// CodeLocation is a place in the operation's text. Both numbers begin with 1.
type CodeLocation struct {
	Line   uint32 `json:"line"`
	Column uint32 `json:"column"`
}

// UnmarshalJSON reads an error as encoding/json does, and the numbers of its path as their text.
func (e *ErrorResult) UnmarshalJSON(data []byte) error {
	var result struct {
		Message   string
		Locations []CodeLocation
		Path      []utils.StringOrRawJson
	}
	if err := json.Unmarshal(data, &result); err != nil {
		return err
	}
	*e = ErrorResult{Message: result.Message, Locations: result.Locations}
	if result.Path != nil {
		e.Path = make([]string, len(result.Path))
	}
	for i, step := range result.Path {
		e.Path[i] = string(step)
	}
	return nil
}
