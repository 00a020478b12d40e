package openai

import "github.com/hypermodeinc/modus/sdk/go/pkg/utils"

// AssistantMessage is what the model has said before.
type AssistantMessage[T string | []AssistantMessageContentPart] struct {
	// Content is the text, or the parts that it consists of. It may be empty if there are tool calls.
	Content T

	// Name tells participants of the same role apart. It may be empty.
	Name string

	// Refusal is what the model said to refuse the request, if it did.
	Refusal string

	// ToolCalls are the tools that the model asked for.
	ToolCalls []ToolCall

	// Audio refers to an earlier answer in audio. It may be nil.
	Audio *AudioRef

	// Extra are further members of the message. It may be nil.
	Extra Extra
}

// AudioRef refers to an earlier answer in audio.
type AudioRef struct {
	// Id is the id of the AudioOutput.
	Id string `json:"id"`
}

// NewAssistantMessage gives a message that the model has said before, and the tools that it then
// asked for, if any.
func NewAssistantMessage[T string | []AssistantMessageContentPart](content T, toolCalls ...ToolCall) *AssistantMessage[T] {
	return &AssistantMessage[T]{Content: content, ToolCalls: toolCalls}
}

// NewAssistantMessageFromParts gives an assistant message that consists of several parts.
func NewAssistantMessageFromParts(parts ...AssistantMessageContentPart) *AssistantMessage[[]AssistantMessageContentPart] {
	return NewAssistantMessage(notNil(parts))
}

// NewAssistantMessageFromCompletionMessage gives what the model answered as a message of
// the next request.
func NewAssistantMessageFromCompletionMessage(cm *CompletionMessage) *AssistantMessage[string] {
	message := NewAssistantMessage(cm.Content, cm.ToolCalls...)
	message.Refusal = cm.Refusal
	if cm.Audio != nil {
		message.Audio = &AudioRef{Id: cm.Audio.Id}
	}
	return message
}

// ToAssistantMessage gives the message as one of the next request.
func (m *CompletionMessage) ToAssistantMessage() *AssistantMessage[string] {
	return NewAssistantMessageFromCompletionMessage(m)
}

// Role is "assistant".
func (m *AssistantMessage[T]) Role() string { return roleAssistant }

// MarshalJSON gives the message in the form that the services expect.
func (m AssistantMessage[T]) MarshalJSON() ([]byte, error) {
	return utils.JsonSerializeWith(struct {
		Role      string     `json:"role"`
		Content   any        `json:"content"`
		Name      string     `json:"name,omitempty"`
		Refusal   string     `json:"refusal,omitempty"`
		ToolCalls []ToolCall `json:"tool_calls,omitempty"`
		Audio     *AudioRef  `json:"audio,omitempty"`
	}{roleAssistant, m.Content, m.Name, m.Refusal, m.ToolCalls, m.Audio}, m.Extra)
}
