package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hypermodeinc/modus/sdk/go/pkg/models"
	"github.com/hypermodeinc/modus/sdk/go/pkg/models/anthropic"
	"github.com/hypermodeinc/modus/sdk/go/pkg/models/experimental"
)

// Models of the app's own, and all but those of package openai.

type ownInput struct {
	Prompt string `json:"prompt"`
	More   any    `json:"more,omitempty"`
}

type ownOutput struct {
	Answer string `json:"answer"`
	Any    any    `json:"any"`
}

type ownBase = models.ModelBase[ownInput, ownOutput]

type ownModel struct{ ownBase }

func ModelInfo(name string) (*models.ModelInfo, error) {
	model, err := models.GetModel[ownModel](name)
	if err != nil {
		return nil, err
	}
	return model.Info(), nil
}

func AskOwn(prompt string) (string, error) {
	return ask(&ownInput{Prompt: prompt}, false, nil)
}

func AskOwnWatched(prompt string) (string, error) {
	return ask(&ownInput{Prompt: prompt}, true, func(response []byte) error {
		if strings.Contains(string(response), "refused") {
			return errors.New("the validator refused " + string(response))
		}
		return nil
	})
}

func AskOwnBadly() (string, error) {
	return ask(&ownInput{More: func() {}}, false, nil)
}

func AskNoModel() error {
	_, err := (&ownModel{}).Invoke(&ownInput{})
	return err
}

func ask(input *ownInput, debug bool, validator func([]byte) error) (string, error) {
	model, err := models.GetModel[ownModel]("m")
	if err != nil {
		return "", err
	}
	model.Debug, model.Validator = debug, validator
	output, err := model.Invoke(input)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s %T", output.Answer, output.Any), nil
}

func AskAnthropic(text string) (string, error) {
	model, err := models.GetModel[anthropic.MessagesModel]("m")
	if err != nil {
		return "", err
	}
	input, err := model.CreateInput(anthropic.NewUserMessage(anthropic.StringContent(text)))
	if err != nil {
		return "", err
	}
	input.MaxTokens = 16
	return shown(model.Invoke(input))
}

// A conversation with tools: what the model answers is sent back with the tool's result.
func AskAnthropicWithTools() (string, error) {
	model, err := models.GetModel[anthropic.MessagesModel]("m")
	if err != nil {
		return "", err
	}
	input, _ := model.CreateInput(anthropic.NewUserMessage(anthropic.Contents{
		anthropic.TextContentBlock("Weather?"),
		anthropic.ToolUseContentBlock("t0", "weather", `{"city":"<é>"}`),
		anthropic.ToolResultContentBlock("t0", "none", true),
	}))
	input.MaxTokens, input.Temperature, input.TopK, input.TopP = 512, 0, 5, 0.5
	input.System, input.StopSequences = "Be brief.", []string{"END"}
	input.Metadata = &anthropic.Metadata{UserId: "u"}
	input.Tools = []*anthropic.Tool{
		{Name: "weather", InputSchema: `{"type":"object"}`, Description: "Tells"}, {Name: "none"},
	}
	input.ToolChoice = anthropic.ToolChoiceTool("weather")
	input.ToolChoice.DisableParallelToolUse = true
	output, err := model.Invoke(input)
	if err != nil {
		return "", err
	}
	call := output.Content[len(output.Content)-1]
	again, _ := model.CreateInput(
		&anthropic.Message{Role: "assistant", Content: anthropic.Contents(output.Content)},
		anthropic.NewUserMessage(anthropic.Contents{anthropic.ToolResultContentBlock(*call.Id, "rain", false)}),
	)
	again.ToolChoice = anthropic.ToolChoiceAny
	return shown(model.Invoke(again))
}

func Classify(texts ...string) (*experimental.ClassificationModelOutput, error) {
	model, err := models.GetModel[experimental.ClassificationModel]("m")
	if err != nil {
		return nil, err
	}
	input, err := model.CreateInput(texts...)
	if err != nil {
		return nil, err
	}
	return model.Invoke(input)
}

func EmbedExperimentally(texts []string) ([][]float32, error) {
	model, err := models.GetModel[experimental.EmbeddingsModel]("m")
	if err != nil {
		return nil, err
	}
	input, err := model.CreateInput(texts...)
	if err != nil {
		return nil, err
	}
	output, err := model.Invoke(input)
	if err != nil {
		return nil, err
	}
	return output.Predictions, nil
}
