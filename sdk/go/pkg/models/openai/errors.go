package openai

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/hypermodeinc/modus/sdk/go/pkg/internal/jsontext"
)

// ChatModelError is what a chat model reports in place of an answer. The error of Invoke wraps it,
// so errors.As finds it.
type ChatModelError struct {
	// Type is the kind of error, such as "invalid_request_error".
	Type string `json:"type"`

	// Message says what is wrong.
	Message string `json:"message"`

	// Param is the member of the request that is wrong, if it is one.
	Param string `json:"param,omitempty"`

	// Code is the service's code for the error, if it has one.
	Code string `json:"code,omitempty"`
}

// Error is the message.
func (e *ChatModelError) Error() string {
	return e.Message
}

// findError is the validator of chat models. A member "error" that is null is no error: some
// services write it into every answer.
func findError(response []byte) error {
	if len(response) == 0 {
		return errors.New("no response received from model invocation")
	}
	if jsontext.LacksMember(response, "error") {
		return nil
	}
	if !json.Valid(response) {
		return fmt.Errorf("invalid response received from model invocation: %s", response)
	}
	var answer map[string]json.RawMessage
	if json.Unmarshal(response, &answer) != nil {
		return nil // no object, so it has no such member
	}
	text, found := answer["error"]
	if !found || string(text) == "null" {
		return nil
	}
	var reported ChatModelError
	if err := json.Unmarshal(text, &reported); err != nil {
		return fmt.Errorf("error parsing chat model error response: %w", err)
	}
	return fmt.Errorf("the chat model returned an error: %w", &reported)
}
