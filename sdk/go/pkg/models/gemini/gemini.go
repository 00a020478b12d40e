// Package gemini talks to the models of Google's Gemini.
//
//	model, err := models.GetModel[gemini.GenerateModel]("gemini")
//	input, err := model.CreateInput(gemini.NewUserTextContent("Why is the sky blue?"))
//	output, err := model.Invoke(input)
//	text := output.Text()
package gemini

import (
	"github.com/hypermodeinc/modus/sdk/go/pkg/models"
	"github.com/hypermodeinc/modus/sdk/go/pkg/utils"
)

type generateModelBase = models.ModelBase[GenerateModelInput, GenerateModelOutput]

// GenerateModel is a model for chat: contents in, a content out.
type GenerateModel struct {
	generateModelBase
}

// CreateInput makes a request to this model, whose other fields can then be set.
// Once it has been called, errors that the model reports become errors of Invoke (see GenerateModelError).
// The error that it returns is always nil.
func (m *GenerateModel) CreateInput(contents ...*Content) (*GenerateModelInput, error) {
	m.Validator = findError
	return &GenerateModelInput{Contents: contents}, nil
}

// Extra are members of an object that this package has no field for, as JSON by their names. Those of
// an answer are what the service has told beyond the fields. Those of a request are sent as they are;
// a member that has a field is taken from the field.
type Extra = map[string]utils.RawJsonString

// Content is what one side of the conversation says, also that of the model in its answer.
type Content struct {
	// Role is "user" or "model".
	Role string `json:"role,omitempty"`

	// Parts are what is said.
	Parts []Part `json:"parts"`

	// Extra are further members of the content. It may be nil.
	Extra Extra `json:"-"`
}

// NewUserContent gives a content that a user says to the model.
func NewUserContent(parts ...Part) *Content {
	return &Content{Role: "user", Parts: parts}
}

// NewUserTextContent gives a text that a user says to the model.
func NewUserTextContent(text string) *Content {
	return NewUserContent(TextPart(text))
}

// NewModelContent gives a content that the model has said before.
func NewModelContent(parts ...Part) *Content {
	return &Content{Role: "model", Parts: parts}
}

// NewModelTextContent gives a text that the model has said before.
func NewModelTextContent(text string) *Content {
	return NewModelContent(TextPart(text))
}

// NewSystemTextContent gives a text that tells the model how to behave, for the SystemInstruction.
func NewSystemTextContent(text string) *Content {
	return &Content{Role: "system", Parts: []Part{TextPart(text)}}
}

// UnmarshalJSON reads the content as the service writes it.
func (c *Content) UnmarshalJSON(data []byte) (err error) {
	type plain Content // the same without this method
	c.Extra, err = utils.JsonDeserializeWith(data, (*plain)(c))
	return err
}

// MarshalJSON gives the content in the form that the service expects.
func (c Content) MarshalJSON() ([]byte, error) {
	type plain Content
	return utils.JsonSerializeWith(plain(c), c.Extra)
}

// Part is a part of a content. It has one of the fields, beside Extra.
type Part struct {
	// Text is a text.
	Text string `json:"text,omitempty"`

	// InlineData is data such as an image.
	InlineData *Blob `json:"inlineData,omitempty"`

	// FileData is data that the service can find.
	FileData *FileData `json:"fileData,omitempty"`

	// FunctionCall is a function that the model asks for.
	FunctionCall *FunctionCall `json:"functionCall,omitempty"`

	// FunctionResponse is the result of such a function.
	FunctionResponse *FunctionResponse `json:"functionResponse,omitempty"`

	// Extra are further members of the part, such as "thoughtSignature", which the service wants back.
	Extra Extra `json:"-"`
}

// TextPart gives a part that is text.
func TextPart(text string) Part { return Part{Text: text} }

// DataPart gives a part that is data of a type such as "image/png".
func DataPart(mimeType string, data []byte) Part {
	return Part{InlineData: &Blob{MimeType: mimeType, Data: data}}
}

// FunctionResponsePart gives a part with the result of a function: JSON of an object.
func FunctionResponsePart(name string, response utils.RawJsonString) Part {
	return Part{FunctionResponse: &FunctionResponse{Name: name, Response: response}}
}

// UnmarshalJSON reads the part as the service writes it.
func (p *Part) UnmarshalJSON(data []byte) (err error) {
	type plain Part // the same without this method
	p.Extra, err = utils.JsonDeserializeWith(data, (*plain)(p))
	return err
}

// MarshalJSON gives the part in the form that the service expects. A part without anything is an empty text.
func (p Part) MarshalJSON() ([]byte, error) {
	type plain Part
	isEmpty := p.Text == "" && p.InlineData == nil && p.FileData == nil && p.FunctionCall == nil &&
		p.FunctionResponse == nil && len(p.Extra) == 0
	if isEmpty {
		return []byte(`{"text":""}`), nil
	}
	return utils.JsonSerializeWith(plain(p), p.Extra)
}

// Blob is data in place.
type Blob struct {
	// MimeType is the type of the data, such as "image/png".
	MimeType string `json:"mimeType"`

	// Data is the data, in JSON as base64.
	Data []byte `json:"data"`
}

// FileData is data that the service can find.
type FileData struct {
	// MimeType is the type of the data, such as "image/png".
	MimeType string `json:"mimeType,omitempty"`

	// FileUri is where it is.
	FileUri string `json:"fileUri"`
}

// FunctionCall is a call of a function that the model asks for.
type FunctionCall struct {
	// Id is the call's own id, if it has one.
	Id string `json:"id,omitempty"`

	// Name is the name of the function.
	Name string `json:"name"`

	// Args is JSON of an object with the arguments. It is empty if there are none.
	Args utils.RawJsonString `json:"args,omitempty"`
}

// FunctionResponse is the result of a function that the model asked for.
type FunctionResponse struct {
	// Id is that of the call, if it had one.
	Id string `json:"id,omitempty"`

	// Name is the name of the function.
	Name string `json:"name"`

	// Response is JSON of an object with the result.
	Response utils.RawJsonString `json:"response"`
}
