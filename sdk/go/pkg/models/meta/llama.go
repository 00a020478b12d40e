// Package meta talks to the Llama models of Meta, in the form of Amazon Bedrock.
//
//	model, err := models.GetModel[meta.TextGenerationModel]("llama")
//	input, err := model.CreateInput("Why is the sky blue?")
//	output, err := model.Invoke(input)
//	text := output.Generation
package meta

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/hypermodeinc/modus/sdk/go/pkg/models"
	"github.com/hypermodeinc/modus/sdk/go/pkg/stream"
	"github.com/hypermodeinc/modus/sdk/go/pkg/utils"
)

type textGenerationModelBase = models.ModelBase[TextGenerationModelInput, TextGenerationModelOutput]

// TextGenerationModel is a model that goes on with a text.
type TextGenerationModel struct {
	textGenerationModelBase
}

// Extra are members of an object that this package has no field for, as JSON by their names. Those of
// an answer are what the service has told beyond the fields. Those of a request are sent as they are;
// a member that has a field is taken from the field.
type Extra = map[string]utils.RawJsonString

// CreateInput makes a request to this model, whose other fields can then be set. Once it has been
// called, errors that the service reports become errors of Invoke. The error that it returns is always
// nil.
func (m *TextGenerationModel) CreateInput(prompt string) (*TextGenerationModelInput, error) {
	m.Validator = findError
	return &TextGenerationModelInput{Prompt: prompt, Temperature: 0.6, TopP: 0.9, MaxGenLen: 512}, nil
}

// TextGenerationModelInput is a request to a model. Make it by CreateInput of the model; what is as it
// is by default is left out of the JSON.
type TextGenerationModelInput struct {
	// Prompt is the text to go on with, with the marks of the model's template.
	Prompt string

	// Temperature, from 0 to 1, is how freely the next token is chosen. The default is 0.6.
	Temperature float64

	// TopP limits the choice to the likeliest tokens that together have this probability.
	// The default is 0.9.
	TopP float64

	// MaxGenLen is the greatest number of tokens to generate. The default is 512.
	MaxGenLen int

	// Extra are further members of the request. It may be nil.
	Extra Extra
}

// MarshalJSON gives the request in the form that the service expects.
func (ti TextGenerationModelInput) MarshalJSON() ([]byte, error) {
	request := struct {
		Prompt      string   `json:"prompt"`
		Temperature *float64 `json:"temperature,omitempty"`
		TopP        *float64 `json:"top_p,omitempty"`
		MaxGenLen   *int     `json:"max_gen_len,omitempty"`
	}{Prompt: ti.Prompt}
	if ti.Temperature != 0.6 {
		request.Temperature = &ti.Temperature
	}
	if ti.TopP != 0.9 {
		request.TopP = &ti.TopP
	}
	if ti.MaxGenLen != 512 {
		request.MaxGenLen = &ti.MaxGenLen
	}
	return utils.JsonSerializeWith(request, ti.Extra)
}

// TextGenerationModelOutput is the answer of a model, or, in a stream, a part of it.
type TextGenerationModelOutput struct {
	// Generation is the text.
	Generation string `json:"generation"`

	// PromptTokenCount are the tokens of the prompt.
	PromptTokenCount int `json:"prompt_token_count"`

	// GenerationTokenCount are the tokens of the text.
	GenerationTokenCount int `json:"generation_token_count"`

	// StopReason says why the text ends: "stop" or "length". It is empty while it does not.
	StopReason string `json:"stop_reason"`

	// Extra are further members of the answer.
	Extra Extra `json:"-"`
}

// UnmarshalJSON reads the answer as the service writes it.
func (o *TextGenerationModelOutput) UnmarshalJSON(data []byte) (err error) {
	type plain TextGenerationModelOutput // the same without this method
	o.Extra, err = utils.JsonDeserializeWith(data, (*plain)(o))
	return err
}

// MarshalJSON gives the answer in the form that the service writes.
func (o TextGenerationModelOutput) MarshalJSON() ([]byte, error) {
	type plain TextGenerationModelOutput
	return utils.JsonSerializeWith(plain(o), o.Extra)
}

// Stream sends the input and gives the text piece by piece. The model's path in the manifest must be one
// that streams, of a gateway that sends Bedrock's chunks as server-sent events. A function of the app
// can give the stream as its own.
func (m *TextGenerationModel) Stream(input *TextGenerationModelInput) stream.Of[string] {
	return func(yield func(string, error) bool) {
		isWhole := false
		for event, err := range models.ReadEvents(m.textGenerationModelBase.Stream(input)) {
			var part struct {
				Generation string `json:"generation"`
				StopReason string `json:"stop_reason"`
			}
			if err == nil {
				err = findError([]byte(event.Data))
			}
			if err == nil && json.Unmarshal([]byte(event.Data), &part) != nil {
				err = fmt.Errorf("invalid response received from model invocation: %s", event.Data)
			}
			if err != nil {
				yield("", err)
				return
			}
			isWhole = isWhole || part.StopReason != ""
			if part.Generation != "" && !yield(part.Generation, nil) {
				return
			}
		}
		if !isWhole {
			yield("", errors.New("the model's answer broke off before its end"))
		}
	}
}

// findError finds what the service reports in place of an answer: a message.
func findError(response []byte) error {
	var answer struct {
		Generation *string `json:"generation"`
		Message    string  `json:"message"`
	}
	if json.Unmarshal(response, &answer) != nil || answer.Generation != nil || answer.Message == "" {
		return nil
	}
	return fmt.Errorf("the model returned an error: %s", answer.Message)
}
