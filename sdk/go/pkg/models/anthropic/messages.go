// Package anthropic talks to the models of Anthropic.
//
//	model, err := models.GetModel[anthropic.MessagesModel]("claude")
//	input, err := model.CreateInput(anthropic.NewUserMessage(anthropic.StringContent("Hello!")))
//	input.MaxTokens = 1024
//	output, err := model.Invoke(input)
package anthropic

import (
	"github.com/hypermodeinc/modus/sdk/go/pkg/models"
	"github.com/hypermodeinc/modus/sdk/go/pkg/utils"
)

type messagesModelBase = models.ModelBase[MessagesModelInput, MessagesModelOutput]

// MessagesModel is a model for chat: messages in, a message out.
type MessagesModel struct {
	messagesModelBase
}

// CreateInput makes a request to this model. Its MaxTokens must then be set, its other fields may be.
// Once it has been called, errors that the model reports become errors of Invoke (see
// MessagesModelError). The error that it returns is always nil.
func (m *MessagesModel) CreateInput(messages ...*Message) (*MessagesModelInput, error) {
	m.Validator = findError
	input := &MessagesModelInput{Messages: messages, Temperature: 1}
	if info := m.Info(); info != nil {
		input.Model = info.FullName
	}
	return input, nil
}

// Message is a message of the conversation.
type Message struct {
	// Role says whose message it is: "user" or "assistant".
	Role string `json:"role"`

	// Content is the text, as StringContent, or a list of blocks, as Contents.
	Content Content `json:"content"`
}

// NewUserMessage gives a message that a user says to the model.
func NewUserMessage(content Content) *Message {
	return &Message{Role: "user", Content: content}
}

// Content is the content of a message: StringContent or Contents.
type Content interface {
	isContent()
}

// StringContent is content that is just a text.
type StringContent string

// Contents is content that consists of blocks.
type Contents []ContentBlock

func (StringContent) isContent() {}
func (Contents) isContent()      {}

// MessagesModelInput is a request to a model. Make it by CreateInput of the model; what is as it is
// by default is left out of the JSON.
type MessagesModelInput struct {
	// Model is what the service calls the model.
	Model string

	// Messages are the conversation so far, oldest first.
	Messages []*Message

	// MaxTokens is the greatest number of tokens to generate. The service requires it.
	MaxTokens int

	// Metadata tells the service about the request. It may be nil.
	Metadata *Metadata

	// StopSequences are texts before which the answer ends.
	StopSequences []string

	// System tells the model how to behave.
	System string

	// Temperature, from 0 to 1, is how freely the next token is chosen. The default is 1; 0 is sent.
	Temperature float64

	// ToolChoice says whether the model may, or must, ask for a tool. Nil leaves it to the model.
	ToolChoice *ToolChoice

	// Tools are what the model may ask the app to call.
	Tools []*Tool

	// TopK limits the choice to so many of the likeliest tokens. 0 means no limit.
	TopK int

	// TopP limits the choice to the likeliest tokens that together have this probability. 0 means no limit.
	TopP float64

	// Extra are further members of the request, such as "thinking". It may be nil.
	Extra Extra

	isStreamed bool
}

// Extra are members of an object that this package has no field for, as JSON by their names. Those of
// an answer are what the service has told beyond the fields. Those of a request are sent as they are;
// a member that has a field is taken from the field.
type Extra = map[string]utils.RawJsonString

// Metadata tells the service about a request.
type Metadata struct {
	// UserId is a name, meaningless outside the app, by which the service can tell the app's users apart.
	UserId string `json:"user_id,omitempty"`
}

// MarshalJSON gives the request in the form that the service expects.
func (mi MessagesModelInput) MarshalJSON() ([]byte, error) {
	temperature := &mi.Temperature
	if mi.Temperature == 1 {
		temperature = nil
	}
	return utils.JsonSerializeWith(struct {
		Model         string      `json:"model"`
		Messages      []*Message  `json:"messages"`
		MaxTokens     int         `json:"max_tokens,omitempty"`
		Metadata      *Metadata   `json:"metadata,omitempty"`
		StopSequences []string    `json:"stop_sequences,omitempty"`
		System        string      `json:"system,omitempty"`
		Temperature   *float64    `json:"temperature,omitempty"`
		ToolChoice    *ToolChoice `json:"tool_choice,omitempty"`
		Tools         []*Tool     `json:"tools,omitempty"`
		TopK          int         `json:"top_k,omitempty"`
		TopP          float64     `json:"top_p,omitempty"`
		Stream        bool        `json:"stream,omitempty"`
	}{
		mi.Model, mi.Messages, mi.MaxTokens, mi.Metadata, mi.StopSequences, mi.System,
		temperature, mi.ToolChoice, mi.Tools, mi.TopK, mi.TopP, mi.isStreamed,
	}, mi.Extra)
}

// MessagesModelOutput is the answer of a model.
type MessagesModelOutput struct {
	// Id is the answer's own id.
	Id string `json:"id"`

	// Type is always "message".
	Type string `json:"type"`

	// Role is always "assistant".
	Role string `json:"role"`

	// Content is what the model answered: texts, and tools that it asks for. It can be sent back as
	// the content of a message: Contents(output.Content).
	Content []ContentBlock `json:"content"`

	// Model is the model that answered.
	Model string `json:"model"`

	// StopReason says why the answer ends: "end_turn", "max_tokens", "stop_sequence" or "tool_use".
	StopReason string `json:"stop_reason"`

	// StopSequence is the text before which the answer ended, if it was for one of them.
	StopSequence string `json:"stop_sequence,omitempty"`

	// Usage counts the tokens.
	Usage Usage `json:"usage"`

	// Extra are further members of the answer.
	Extra Extra `json:"-"`
}

// UnmarshalJSON reads the answer as the service writes it.
func (o *MessagesModelOutput) UnmarshalJSON(data []byte) (err error) {
	type plain MessagesModelOutput // the same without this method
	o.Extra, err = utils.JsonDeserializeWith(data, (*plain)(o))
	return err
}

// MarshalJSON gives the answer in the form that the service writes.
func (o MessagesModelOutput) MarshalJSON() ([]byte, error) {
	type plain MessagesModelOutput
	return utils.JsonSerializeWith(plain(o), o.Extra)
}

// Usage counts the tokens of a request and its answer.
type Usage struct {
	// InputTokens are those of the request.
	InputTokens int `json:"input_tokens"`

	// OutputTokens are those of the answer.
	OutputTokens int `json:"output_tokens"`

	// CacheCreationInputTokens are those of the request that the service has kept for later ones.
	CacheCreationInputTokens int `json:"cache_creation_input_tokens,omitempty"`

	// CacheReadInputTokens are those of the request that the service has kept from earlier ones.
	CacheReadInputTokens int `json:"cache_read_input_tokens,omitempty"`
}
