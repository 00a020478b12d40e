package openai

import (
	"fmt"

	"github.com/hypermodeinc/modus/sdk/go/pkg/utils"
)

// ToolMessage gives the model the result of a tool that it asked for.
type ToolMessage[T string | []ToolMessageContentPart] struct {
	// Content is the text of the result, or the parts that it consists of.
	Content T

	// ToolCallId is the id of the ToolCall.
	ToolCallId string

	// Extra are further members of the message. It may be nil.
	Extra Extra
}

// NewToolMessage gives the model the result of a tool call: nil as an empty text, a string as it
// is, an error by its text, anything else as JSON. It panics if the result cannot be written as JSON.
func NewToolMessage(content any, toolCallId string) *ToolMessage[string] {
	return &ToolMessage[string]{Content: resultText(content), ToolCallId: toolCallId}
}

// NewToolMessageFromParts gives a tool message that consists of several parts.
func NewToolMessageFromParts(toolCallId string, parts ...ToolMessageContentPart) *ToolMessage[[]ToolMessageContentPart] {
	return &ToolMessage[[]ToolMessageContentPart]{Content: notNil(parts), ToolCallId: toolCallId}
}

func resultText(content any) string {
	switch c := content.(type) {
	case nil:
		return ""
	case string:
		return c
	case error:
		return c.Error()
	}
	text, err := utils.JsonSerialize(content)
	if err != nil {
		panic(fmt.Errorf("failed to serialize the content of a tool message: %w", err))
	}
	return string(text)
}

// Role is "tool".
func (m *ToolMessage[T]) Role() string { return roleTool }

// MarshalJSON gives the message in the form that the services expect.
func (m ToolMessage[T]) MarshalJSON() ([]byte, error) {
	return utils.JsonSerializeWith(struct {
		Role       string `json:"role"`
		Content    any    `json:"content"`
		ToolCallId string `json:"tool_call_id"`
	}{roleTool, m.Content, m.ToolCallId}, m.Extra)
}
