// Package models calls the models that the app's manifest names.
//
// The packages below it (openai, anthropic, experimental) know the forms in which common services
// want to be asked. An app adds a form of its own by embedding ModelBase:
//
//	type base = models.ModelBase[Input, Output]
//	type MyModel struct{ base }
//
//	model, err := models.GetModel[MyModel]("my-model")
//	output, err := model.Invoke(&Input{Prompt: "Hello"})
package models

import (
	"errors"
	"fmt"

	"github.com/hypermodeinc/modus/sdk/go/pkg/console"
	"github.com/hypermodeinc/modus/sdk/go/pkg/internal/jsontext"
	"github.com/hypermodeinc/modus/sdk/go/pkg/utils"
)

// ModelInfo says which model is called.
type ModelInfo struct {
	// Name is the key of the model in the app's manifest.
	Name string

	// FullName is what the service that serves the model calls it.
	FullName string
}

// Model is anything that can be asked with a TIn and answers with a TOut.
type Model[TIn, TOut any] interface {
	// Info says which model this is. It is nil if the object did not come from GetModel.
	Info() *ModelInfo

	// Invoke sends the input to the model and waits for its answer.
	Invoke(input *TIn) (*TOut, error)
}

// ModelBase is what every model type embeds. The input is sent, and the output read, as JSON.
type ModelBase[TIn, TOut any] struct {
	info *ModelInfo

	// Debug logs the JSON that is sent and the JSON that comes back, at level debug.
	Debug bool

	// Validator, if set, sees the text of each answer before it is decoded.
	// An error that it returns becomes, unchanged, the error of Invoke.
	Validator func(response []byte) error
}

type modelPtr[TModel any] interface {
	*TModel
	setInfo(info *ModelInfo)
}

func (m *ModelBase[TIn, TOut]) setInfo(info *ModelInfo) {
	m.info = info
}

// GetModel gives the model that the app's manifest has under a name, as a fresh object of
// the wanted type. The error says that there is no such model.
func GetModel[TModel Model[TIn, TOut], TIn, TOut any, P modelPtr[TModel]](name string) (*TModel, error) {
	info := hostGetModelInfo(&name)
	if info == nil {
		return nil, fmt.Errorf("model not found: %s", name)
	}
	var model TModel
	P(&model).setInfo(info)
	return &model, nil
}

// Info says which model this is. It is nil if the object did not come from GetModel.
func (m ModelBase[TIn, TOut]) Info() *ModelInfo {
	return m.info
}

// Invoke sends the input to the model and waits for its answer. Numbers of the answer that land in
// a variable of type any become json.Number.
func (m ModelBase[TIn, TOut]) Invoke(input *TIn) (*TOut, error) {
	if m.info == nil {
		return nil, errors.New("model info is not set (use GetModel to create a model instance)")
	}
	name := m.info.Name

	inputJson, err := utils.JsonSerialize(input)
	if err != nil {
		return nil, fmt.Errorf("failed to serialize model input for %s: %w", name, err)
	}
	response, err := m.ask(name, string(inputJson))
	if err != nil {
		return nil, err
	}
	var output TOut
	if jsontext.Read(response, &output) {
		return &output, nil
	}
	if err := utils.JsonDeserialize([]byte(response), &output); err != nil {
		return nil, fmt.Errorf("failed to deserialize model output for %s: %w", name, err)
	}
	return &output, nil
}

func (m ModelBase[TIn, TOut]) ask(name, input string) (string, error) {
	if m.Debug {
		console.Debugf("Invoking model %s with input: %s", name, input)
	}
	response := hostInvokeModel(&name, &input)
	if response == nil {
		return "", fmt.Errorf("failed to invoke model %s", name)
	}
	if m.Debug {
		console.Debugf("Received output for model %s: %s", name, *response)
	}
	if m.Validator != nil {
		if err := m.Validator([]byte(*response)); err != nil {
			return "", err
		}
	}
	// A host may report a failed call as an empty text, which no answer in JSON can be.
	if *response == "" {
		return "", fmt.Errorf("failed to invoke model %s", name)
	}
	return *response, nil
}
