// Package openai talks to the models of OpenAI, and of the many services that speak as they do.
//
//	model, err := models.GetModel[openai.ChatModel]("text-generator")
//	input, err := model.CreateInput(
//		openai.NewSystemMessage("Be brief."),
//		openai.NewUserMessage("Why is the sky blue?"),
//	)
//	output, err := model.Invoke(input)
//	text := output.Choices[0].Message.Content
package openai

import (
	"strings"

	"github.com/hypermodeinc/modus/sdk/go/pkg/models"
)

type chatModelBase = models.ModelBase[ChatModelInput, ChatModelOutput]

// ChatModel is a model for chat: messages in, a message out.
type ChatModel struct {
	chatModelBase
}

// CreateInput makes a request to this model, whose other fields can then be set.
// Once it has been called, errors that the model reports become errors of Invoke (see ChatModelError).
// The error that it returns is always nil.
func (m *ChatModel) CreateInput(messages ...RequestMessage) (*ChatModelInput, error) {
	m.Validator = findError
	return &ChatModelInput{
		Model:             modelName(m.Info()),
		Messages:          messages,
		ResponseFormat:    ResponseFormatText,
		Temperature:       1,
		TopP:              1,
		ParallelToolCalls: true,
	}, nil
}

func modelName(info *models.ModelInfo) string {
	if info == nil {
		return ""
	}
	return strings.ToLower(info.FullName)
}
