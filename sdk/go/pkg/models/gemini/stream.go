package gemini

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/hypermodeinc/modus/sdk/go/pkg/models"
	"github.com/hypermodeinc/modus/sdk/go/pkg/stream"
)

// errCutOff is the error of a stream that ends without the model having finished.
var errCutOff = errors.New("the model's answer broke off before its end")

// Stream sends the input and gives the text of the answer piece by piece: of its first candidate. A
// function of the app can give the stream as its own.
func (m *GenerateModel) Stream(input *GenerateModelInput) stream.Of[string] {
	return func(yield func(string, error) bool) {
		for output, err := range m.StreamOutputs(input) {
			text := ""
			if err == nil {
				text = output.Text()
			}
			if (text != "" || err != nil) && !yield(text, err) {
				return
			}
		}
	}
}

// StreamOutputs sends the input and gives all that comes of the answer. Each output has what is new.
func (m *GenerateModel) StreamOutputs(input *GenerateModelInput) stream.Of[*GenerateModelOutput] {
	return func(yield func(*GenerateModelOutput, error) bool) {
		isWhole := false
		for event, err := range models.ReadEvents(m.generateModelBase.Stream(input)) {
			var outputs []*GenerateModelOutput
			if err == nil {
				outputs, err = readOutputs(event.Data)
			}
			if err != nil {
				yield(nil, err)
				return
			}
			for _, output := range outputs {
				isWhole = isWhole || isLast(output)
				if !yield(output, nil) {
					return
				}
			}
		}
		if !isWhole {
			yield(nil, errCutOff)
		}
	}
}

// readOutputs reads an event; a service that sends none answers with a list of outputs.
func readOutputs(data string) ([]*GenerateModelOutput, error) {
	if !strings.HasPrefix(strings.TrimSpace(data), "[") {
		data = "[" + data + "]"
	}
	var parts []json.RawMessage
	if err := json.Unmarshal([]byte(data), &parts); err != nil {
		return nil, fmt.Errorf("invalid response received from model invocation: %s", data)
	}
	var outputs []*GenerateModelOutput
	for _, part := range parts {
		if err := findError(part); err != nil {
			return nil, err
		}
		output := &GenerateModelOutput{}
		if err := json.Unmarshal(part, output); err != nil {
			return nil, err
		}
		outputs = append(outputs, output)
	}
	return outputs, nil
}

func isLast(output *GenerateModelOutput) bool {
	for _, candidate := range output.Candidates {
		if candidate.FinishReason != "" {
			return true
		}
	}
	return output.PromptFeedback != nil && output.PromptFeedback.BlockReason != ""
}
