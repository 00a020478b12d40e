package openai

import (
	"strings"

	"github.com/hypermodeinc/modus/sdk/go/pkg/models"
	"github.com/hypermodeinc/modus/sdk/go/pkg/utils"
)

type responsesModelBase = models.ModelBase[ResponsesModelInput, ResponsesModelOutput]

// ResponsesModel is a model for chat that is asked by OpenAI's Responses API: items in, items out.
type ResponsesModel struct {
	responsesModelBase
}

// CreateInput makes a request to this model, whose other fields can then be set. Once it has been
// called, errors that the model reports become errors of Invoke (see ChatModelError).
// The error that it returns is always nil.
func (m *ResponsesModel) CreateInput(items ...ResponsesItem) (*ResponsesModelInput, error) {
	m.Validator = findError
	return &ResponsesModelInput{Model: modelName(m.Info()), Input: items}, nil
}

// ResponsesModelInput is a request to a model. What is nil or empty the service decides.
type ResponsesModelInput struct {
	// Model is what the service calls the model.
	Model string `json:"model"`

	// Input is the conversation so far, oldest first, or what is new since PreviousResponseId.
	Input []ResponsesItem `json:"input"`

	// Instructions tell the model how to behave.
	Instructions string `json:"instructions,omitempty"`

	// MaxOutputTokens is the greatest number of tokens to generate, those of reasoning included.
	MaxOutputTokens int `json:"max_output_tokens,omitempty"`

	// Metadata are texts that the service keeps with the answer.
	Metadata map[string]string `json:"metadata,omitempty"`

	// ParallelToolCalls says whether the model may ask for several tools at once.
	ParallelToolCalls *bool `json:"parallel_tool_calls,omitempty"`

	// PreviousResponseId is the id of an answer that this request goes on from.
	PreviousResponseId string `json:"previous_response_id,omitempty"`

	// Reasoning says how a reasoning model should think, as JSON such as {"effort": "low"}.
	Reasoning utils.RawJsonString `json:"reasoning,omitempty"`

	// Store says whether the service should keep the answer for later requests.
	Store *bool `json:"store,omitempty"`

	// Temperature, from 0 to 2, is how freely the next token is chosen.
	Temperature *float64 `json:"temperature,omitempty"`

	// Text says how the answer's text should be, as JSON such as
	// {"format": {"type": "json_schema", "name": "city", "schema": {"type": "object", …}}}.
	Text utils.RawJsonString `json:"text,omitempty"`

	// ToolChoice says whether the model may, or must, ask for a tool.
	ToolChoice *ResponsesToolChoice `json:"tool_choice,omitempty"`

	// Tools are what the model may ask for.
	Tools []ResponsesTool `json:"tools,omitempty"`

	// TopP limits the choice to the likeliest tokens that together have this probability.
	TopP *float64 `json:"top_p,omitempty"`

	// Extra are further members of the request. It may be nil.
	Extra Extra `json:"-"`

	isStreamed bool
}

// MarshalJSON gives the request in the form that the service expects.
func (ri ResponsesModelInput) MarshalJSON() ([]byte, error) {
	type plain ResponsesModelInput // the same without this method
	return utils.JsonSerializeWith(struct {
		plain
		Stream bool `json:"stream,omitempty"`
	}{plain(ri), ri.isStreamed}, ri.Extra)
}

// ResponsesItem is an item of a conversation: a message, a function that the model asks for, or the
// result of one. Items of an answer can be sent back as they are. The type says which of the other
// fields it has.
type ResponsesItem struct {
	// Type is "message", "function_call" or "function_call_output"; or another, whose members are in Extra.
	Type string `json:"type"`

	// Id is the item's own id, of an item that the service made.
	Id string `json:"id,omitempty"`

	// Status is "in_progress", "completed" or "incomplete", of an item that the service made.
	Status string `json:"status,omitempty"`

	// Role says whose message it is: "system", "developer", "user" or "assistant".
	Role string `json:"role,omitempty"`

	// Content are the parts of a message.
	Content []ResponsesContent `json:"content,omitempty"`

	// CallId belongs into the item with the function's result.
	CallId string `json:"call_id,omitempty"`

	// Name is the name of the function.
	Name string `json:"name,omitempty"`

	// Arguments is JSON text that the model wrote for the function.
	Arguments *string `json:"arguments,omitempty"`

	// Output is the function's result.
	Output *string `json:"output,omitempty"`

	// Extra are further members of the item.
	Extra Extra `json:"-"`
}

// NewResponsesMessage gives a message of a role ("system", "developer" or "user") that is a text.
func NewResponsesMessage(role, text string) ResponsesItem {
	return ResponsesItem{Type: "message", Role: role, Content: []ResponsesContent{{Type: "input_text", Text: text}}}
}

// NewResponsesUserMessage gives a message that a user says to the model: texts and images.
func NewResponsesUserMessage(parts ...ResponsesContent) ResponsesItem {
	return ResponsesItem{Type: "message", Role: roleUser, Content: parts}
}

// NewFunctionCallOutput gives the model the result of a function that it asked for: nil as an empty
// text, a string as it is, an error by its text, anything else as JSON. It panics if the result cannot
// be written as JSON.
func NewFunctionCallOutput(callId string, result any) ResponsesItem {
	text := resultText(result)
	return ResponsesItem{Type: "function_call_output", CallId: callId, Output: &text}
}

// UnmarshalJSON reads the item as the service writes it.
func (i *ResponsesItem) UnmarshalJSON(data []byte) (err error) {
	type plain ResponsesItem // the same without this method
	i.Extra, err = utils.JsonDeserializeWith(data, (*plain)(i))
	return err
}

// MarshalJSON gives the item in the form that the service expects.
func (i ResponsesItem) MarshalJSON() ([]byte, error) {
	type plain ResponsesItem
	return utils.JsonSerializeWith(plain(i), i.Extra)
}

// ResponsesContent is a part of a message.
type ResponsesContent struct {
	// Type is "input_text", "input_image", "output_text" or "refusal"; or another, whose members are
	// in Extra.
	Type string `json:"type"`

	// Text is the text of an "input_text" or "output_text".
	Text string `json:"text"`

	// ImageUrl is where the image is, or a data URL with the image itself, of an "input_image".
	ImageUrl string `json:"image_url"`

	// Refusal is what the model said to refuse the request, of a "refusal".
	Refusal string `json:"refusal"`

	// Extra are further members of the part.
	Extra Extra `json:"-"`
}

// TextContent gives a part of a user's message that is text.
func TextContent(text string) ResponsesContent {
	return ResponsesContent{Type: "input_text", Text: text}
}

// ImageContent gives a part of a user's message that is the image at a URL.
func ImageContent(url string) ResponsesContent {
	return ResponsesContent{Type: "input_image", ImageUrl: url}
}

// UnmarshalJSON reads the part as the service writes it.
func (c *ResponsesContent) UnmarshalJSON(data []byte) (err error) {
	type plain ResponsesContent // the same without this method
	c.Extra, err = utils.JsonDeserializeWith(data, (*plain)(c))
	return err
}

// MarshalJSON gives the part in the form that the service expects.
func (c ResponsesContent) MarshalJSON() ([]byte, error) {
	part := struct {
		Type     string  `json:"type"`
		Text     *string `json:"text,omitempty"`
		ImageUrl string  `json:"image_url,omitempty"`
		Refusal  string  `json:"refusal,omitempty"`
	}{Type: c.Type, ImageUrl: c.ImageUrl, Refusal: c.Refusal}
	if c.Text != "" || strings.HasSuffix(c.Type, "_text") {
		part.Text = &c.Text
	}
	return utils.JsonSerializeWith(part, c.Extra)
}

// ResponsesTool is something that the model may ask for.
type ResponsesTool struct {
	// Type is "function"; or that of a tool that the service has, whose other members are in Extra.
	Type string `json:"type"`

	// Name is the name by which the model asks for the function.
	Name string `json:"name,omitempty"`

	// Description tells the model what the function does and when to ask for it.
	Description string `json:"description,omitempty"`

	// Parameters is the JSON schema of the arguments: an object with a property for each.
	Parameters utils.RawJsonString `json:"parameters,omitempty"`

	// Strict says whether the arguments follow the schema exactly. Nil leaves it to the service.
	Strict *bool `json:"strict,omitempty"`

	// Extra are further members of the tool. It may be nil.
	Extra Extra `json:"-"`
}

// NewResponsesTool gives a function that the model may ask for, with the JSON schema of its arguments.
func NewResponsesTool(name, description, jsonSchema string) ResponsesTool {
	return ResponsesTool{
		Type: functionType, Name: name, Description: description, Parameters: utils.RawJsonString(jsonSchema),
	}
}

// MarshalJSON gives the tool in the form that the service expects.
func (t ResponsesTool) MarshalJSON() ([]byte, error) {
	type plain ResponsesTool // the same without this method
	return utils.JsonSerializeWith(plain(t), t.Extra)
}

// ResponsesToolChoice says whether the model may, or must, ask for a tool.
type ResponsesToolChoice struct {
	// Type is "none", "auto", "required", "function" or the type of a tool that the service has.
	Type string

	// Name is, with the type "function", the one that the model must ask for.
	Name string
}

// MarshalJSON gives the type as a text, or for a certain tool an object.
func (tc ResponsesToolChoice) MarshalJSON() ([]byte, error) {
	switch tc.Type {
	case "none", "auto", "required":
		return utils.JsonSerialize(tc.Type)
	}
	return utils.JsonSerialize(struct {
		Type string `json:"type"`
		Name string `json:"name,omitempty"`
	}{tc.Type, tc.Name})
}

// ResponsesModelOutput is the answer of a model.
type ResponsesModelOutput struct {
	// Id is the answer's own id.
	Id string `json:"id"`

	// Object is always "response".
	Object string `json:"object"`

	// CreatedAt is when the answer was made, in seconds since 1970.
	CreatedAt float64 `json:"created_at"`

	// Status is "completed", "incomplete", "failed" or another.
	Status string `json:"status"`

	// IncompleteDetails says why the answer is incomplete. It may be nil.
	IncompleteDetails *IncompleteDetails `json:"incomplete_details"`

	// Model is the model that answered.
	Model string `json:"model"`

	// Output is what the model answered.
	Output []ResponsesItem `json:"output"`

	// Usage counts the tokens.
	Usage ResponsesUsage `json:"usage"`

	// Extra are further members of the answer.
	Extra Extra `json:"-"`
}

// IncompleteDetails says why an answer is incomplete.
type IncompleteDetails struct {
	// Reason is "max_output_tokens" or "content_filter".
	Reason string `json:"reason"`
}

// ResponsesUsage counts the tokens of a request and its answer.
type ResponsesUsage struct {
	// InputTokens are those of the request.
	InputTokens int `json:"input_tokens"`

	// OutputTokens are those of the answer.
	OutputTokens int `json:"output_tokens"`

	// TotalTokens are all of them.
	TotalTokens int `json:"total_tokens"`
}

// Text gives the text of the answer.
func (o *ResponsesModelOutput) Text() string {
	var text strings.Builder
	for _, item := range o.Output {
		for _, part := range item.Content {
			if part.Type == "output_text" {
				text.WriteString(part.Text)
			}
		}
	}
	return text.String()
}

// Calls gives the functions that the model asks for.
func (o *ResponsesModelOutput) Calls() []ResponsesItem {
	var calls []ResponsesItem
	for _, item := range o.Output {
		if item.Type == "function_call" {
			calls = append(calls, item)
		}
	}
	return calls
}

// UnmarshalJSON reads the answer as the service writes it.
func (o *ResponsesModelOutput) UnmarshalJSON(data []byte) (err error) {
	type plain ResponsesModelOutput // the same without this method
	o.Extra, err = utils.JsonDeserializeWith(data, (*plain)(o))
	return err
}

// MarshalJSON gives the answer in the form that the service writes.
func (o ResponsesModelOutput) MarshalJSON() ([]byte, error) {
	type plain ResponsesModelOutput
	return utils.JsonSerializeWith(plain(o), o.Extra)
}
