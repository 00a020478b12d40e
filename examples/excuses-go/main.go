// Finds excuses, by asking a language model from inside the sandbox.
package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hypermodeinc/modus/sdk/go/pkg/models"
	"github.com/hypermodeinc/modus/sdk/go/pkg/models/openai"
)

// Find a few excuses for staying away from an event.
func GenerateExcuses(event string) (string, error) {
	event = strings.TrimSpace(event)
	if event == "" {
		return "", errors.New("say which event to find excuses for")
	}
	model, err := models.GetModel[openai.ChatModel]("text-generator")
	if err != nil {
		return "", err
	}
	input, err := model.CreateInput(
		openai.NewSystemMessage("You invent short, harmless, funny excuses. Answer with a list of three."),
		openai.NewUserMessage(fmt.Sprintf("I want to miss %s. What could I say?", event)),
	)
	if err != nil {
		return "", err
	}
	input.Temperature = 0.8
	input.MaxTokens = 160
	output, err := model.Invoke(input)
	if err != nil {
		return "", err
	}
	if len(output.Choices) == 0 {
		return "", errors.New("the model did not answer")
	}
	return strings.TrimSpace(output.Choices[0].Message.Content), nil
}
