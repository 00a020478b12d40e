package openai

import (
	"encoding/json"

	"github.com/hypermodeinc/modus/sdk/go/pkg/utils"
)

// RequestMessage is a message that can be sent to a chat model.
type RequestMessage interface {
	json.Marshaler

	// Role says whose message it is: "system", "developer", "user", "assistant" or "tool".
	Role() string
}

// Message is what early versions of the SDK call a RequestMessage.
type Message = RequestMessage

const (
	roleSystem    = "system"
	roleDeveloper = "developer"
	roleUser      = "user"
	roleAssistant = "assistant"
	roleTool      = "tool"
)

// plainMessage is the JSON of the messages that have nothing but content and a name.
type plainMessage struct {
	Role    string `json:"role"`
	Content any    `json:"content"`
	Name    string `json:"name,omitempty"`
}

// SystemMessage tells the model how to behave.
type SystemMessage[T string | []SystemContentPart] struct {
	// Content is the text, or the parts that it consists of.
	Content T

	// Name tells participants of the same role apart. It may be empty.
	Name string

	// Extra are further members of the message. It may be nil.
	Extra Extra
}

// NewSystemMessage gives a message that tells the model how to behave.
func NewSystemMessage[T string | []SystemContentPart](content T) *SystemMessage[T] {
	return &SystemMessage[T]{Content: content}
}

// NewSystemMessageFromParts gives a system message that consists of several parts.
func NewSystemMessageFromParts(parts ...SystemContentPart) *SystemMessage[[]SystemContentPart] {
	return NewSystemMessage(notNil(parts))
}

// Role is "system".
func (m *SystemMessage[T]) Role() string { return roleSystem }

// MarshalJSON gives the message in the form that the services expect.
func (m SystemMessage[T]) MarshalJSON() ([]byte, error) {
	return utils.JsonSerializeWith(plainMessage{roleSystem, m.Content, m.Name}, m.Extra)
}

// DeveloperMessage tells a reasoning model how to behave. It is what replaces system messages there.
type DeveloperMessage[T string | []DeveloperContentPart] struct {
	// Content is the text, or the parts that it consists of.
	Content T

	// Name tells participants of the same role apart. It may be empty.
	Name string

	// Extra are further members of the message. It may be nil.
	Extra Extra
}

// NewDeveloperMessage gives a message that tells a reasoning model how to behave.
func NewDeveloperMessage[T string | []DeveloperContentPart](content T) *DeveloperMessage[T] {
	return &DeveloperMessage[T]{Content: content}
}

// NewDeveloperMessageFromParts gives a developer message that consists of several parts.
func NewDeveloperMessageFromParts(parts ...DeveloperContentPart) *DeveloperMessage[[]DeveloperContentPart] {
	return NewDeveloperMessage(notNil(parts))
}

// Role is "developer".
func (m *DeveloperMessage[T]) Role() string { return roleDeveloper }

// MarshalJSON gives the message in the form that the services expect.
func (m DeveloperMessage[T]) MarshalJSON() ([]byte, error) {
	return utils.JsonSerializeWith(plainMessage{roleDeveloper, m.Content, m.Name}, m.Extra)
}

// UserMessage is what a user says to the model.
type UserMessage[T string | []UserMessageContentPart] struct {
	// Content is the text, or the parts that it consists of: texts, images, audio.
	Content T

	// Name tells participants of the same role apart. It may be empty.
	Name string

	// Extra are further members of the message. It may be nil.
	Extra Extra
}

// NewUserMessage gives a message that a user says to the model.
func NewUserMessage[T string | []UserMessageContentPart](content T) *UserMessage[T] {
	return &UserMessage[T]{Content: content}
}

// NewUserMessageFromParts gives a user message that consists of several parts.
func NewUserMessageFromParts(parts ...UserMessageContentPart) *UserMessage[[]UserMessageContentPart] {
	return NewUserMessage(notNil(parts))
}

// Role is "user".
func (m *UserMessage[T]) Role() string { return roleUser }

// MarshalJSON gives the message in the form that the services expect.
func (m UserMessage[T]) MarshalJSON() ([]byte, error) {
	return utils.JsonSerializeWith(plainMessage{roleUser, m.Content, m.Name}, m.Extra)
}

// notNil makes an empty list of parts, of which there may be none, a list also in JSON.
func notNil[T any](parts []T) []T {
	if parts == nil {
		return []T{}
	}
	return parts
}
