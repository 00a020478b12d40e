package anthropic

import (
	"encoding/json"
	"fmt"

	"github.com/hypermodeinc/modus/sdk/go/pkg/internal/jsontext"
)

// MessagesModelError is what a model reports in place of an answer, or in the middle of one. The error
// of Invoke wraps it, so errors.As finds it.
type MessagesModelError struct {
	// Type is the kind of error, such as "overloaded_error".
	Type string `json:"type"`

	// Message says what is wrong.
	Message string `json:"message"`
}

// Error is the message.
func (e *MessagesModelError) Error() string { return e.Message }

// findError is the validator of models. What is no answer at all is found where it is read.
func findError(response []byte) error {
	if jsontext.LacksMember(response, "error") {
		return nil
	}
	var answer struct {
		Error *MessagesModelError `json:"error"`
	}
	if json.Unmarshal(response, &answer) != nil || answer.Error == nil {
		return nil
	}
	return fmt.Errorf("the model returned an error: %w", answer.Error)
}
