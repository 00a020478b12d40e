package models

import (
	"errors"
	"fmt"

	"github.com/hypermodeinc/modus/sdk/go/pkg/console"
	"github.com/hypermodeinc/modus/sdk/go/pkg/stream"
	"github.com/hypermodeinc/modus/sdk/go/pkg/utils"
)

// Stream sends the input to the model and gives its answer bit by bit, as text that is cut anywhere.
// The input must itself ask the service to stream, most often by a member "stream". ReadEvents finds
// the parts of the answer.
//
// A loop over the stream that ends early ends the request too.
func (m ModelBase[TIn, TOut]) Stream(input *TIn) stream.Of[string] {
	return func(yield func(string, error) bool) {
		if m.info == nil {
			yield("", errors.New("model info is not set (use GetModel to create a model instance)"))
			return
		}
		name := m.info.Name
		text, err := utils.JsonSerialize(input)
		if err != nil {
			yield("", fmt.Errorf("failed to serialize model input for %s: %w", name, err))
			return
		}
		if m.Debug {
			console.Debugf("Invoking model %s with input: %s", name, text)
		}
		json := string(text)
		for chunk, err := range hostStreamModel(&name, &json) {
			if err != nil {
				err = fmt.Errorf("failed to invoke model %s: %w", name, err)
			} else if m.Debug {
				console.Debugf("Received output for model %s: %s", name, chunk)
			}
			if !yield(chunk, err) || err != nil {
				return
			}
		}
	}
}
