package openai

import (
	"strings"

	"github.com/hypermodeinc/modus/sdk/go/pkg/utils"
)

const functionType = "function"

// Tool is something that the model may ask the app to call.
type Tool struct {
	parameters []toolParameter

	// Type is always "function".
	Type string `json:"type"`

	// Function says what the tool does and what it takes.
	Function FunctionDefinition `json:"function"`

	// Extra are further members of the tool. It may be nil.
	Extra Extra `json:"-"`
}

// MarshalJSON gives the tool in the form that the services expect.
func (t Tool) MarshalJSON() ([]byte, error) {
	type plain Tool // the same without this method
	return utils.JsonSerializeWith(plain(t), t.Extra)
}

// FunctionDefinition tells the model about a function.
type FunctionDefinition struct {
	// Name is the name by which the model asks for the function.
	Name string `json:"name"`

	// Description tells the model what the function does and when to ask for it.
	Description string `json:"description,omitempty"`

	// Strict asks that the arguments follow the schema of the parameters exactly.
	Strict bool `json:"strict,omitempty"`

	// Parameters is the JSON schema of the arguments: an object with a property for each. Empty means none.
	Parameters utils.RawJsonString `json:"parameters,omitempty"`
}

type toolParameter struct {
	name, schemaType, description string
}

// NewTool gives a tool of type "function" whose definition is still to be set. It is what apps
// for early versions of the SDK use; NewToolForFunction is more convenient.
func NewTool() Tool {
	return Tool{Type: functionType}
}

// NewToolForFunction gives a tool for a function that takes no arguments yet.
func NewToolForFunction(name, description string) Tool {
	tool := NewTool()
	tool.Function.Name = name
	tool.Function.Description = description
	return tool
}

// WithParameter gives the tool with one more required parameter, of a type of JSON schema such as
// "string", "integer" or "boolean". The tool itself is not changed.
func (t Tool) WithParameter(name, jsonSchemaType, description string) Tool {
	// A new list each time, since other tools may have grown from this one.
	parameters := make([]toolParameter, len(t.parameters), len(t.parameters)+1)
	copy(parameters, t.parameters)
	t.parameters = append(parameters, toolParameter{name, jsonSchemaType, description})
	t.Function.Parameters = objectSchema(t.parameters)
	return t
}

// WithParametersSchema gives the tool with a JSON schema in place of all its parameters.
// The tool itself is not changed.
func (t Tool) WithParametersSchema(jsonSchema string) Tool {
	t.Function.Parameters = utils.RawJsonString(jsonSchema)
	return t
}

// objectSchema is built by hand because the properties must come in the order of the parameters.
func objectSchema(parameters []toolParameter) utils.RawJsonString {
	properties := make([]string, len(parameters))
	required := make([]string, len(parameters))
	for i, p := range parameters {
		name := quote(p.name)
		properties[i] = name + `:{"type":` + quote(p.schemaType) + `,"description":` + quote(p.description) + `}`
		required[i] = name
	}
	return utils.RawJsonString(`{"type":"object","properties":{` + strings.Join(properties, ",") +
		`},"required":[` + strings.Join(required, ",") + `],"additionalProperties":false}`)
}

func quote(text string) string {
	quoted, _ := utils.JsonSerialize(text) // a string cannot fail
	return string(quoted)
}

// ToolCall is the model's wish that the app call a tool.
type ToolCall struct {
	// Id belongs into the ToolMessage with the result.
	Id string `json:"id"`

	// Type is always "function".
	Type string `json:"type"`

	// Function says which function to call, and with what.
	Function FunctionCall `json:"function"`

	// Extra are further members of the call, which some services want back with its result.
	Extra Extra `json:"-"`
}

// UnmarshalJSON reads the call as the services write it.
func (c *ToolCall) UnmarshalJSON(data []byte) (err error) {
	type plain ToolCall // the same without this method
	c.Extra, err = utils.JsonDeserializeWith(data, (*plain)(c))
	return err
}

// MarshalJSON gives the call in the form that the services expect.
func (c ToolCall) MarshalJSON() ([]byte, error) {
	type plain ToolCall
	return utils.JsonSerializeWith(plain(c), c.Extra)
}

// FunctionCall is a call of a function that the model wishes.
type FunctionCall struct {
	// Name is the name of the function.
	Name string `json:"name"`

	// Arguments is JSON text, usually of an object with a member for each argument. The model wrote
	// it, so it may be invalid or not fit the schema.
	Arguments string `json:"arguments"`
}

// NewToolCall gives a call of a function, with arguments as JSON text. It is what apps for early
// versions of the SDK use.
func NewToolCall(id, name, arguments string) ToolCall {
	return ToolCall{Id: id, Type: functionType, Function: FunctionCall{Name: name, Arguments: arguments}}
}

// ToolChoice says whether the model may, or must, ask for a tool.
type ToolChoice struct {
	// Type is "none", "auto", "required" or "function".
	Type string `json:"type"`

	// Function is, with the type "function", the one that the model must ask for.
	Function struct {
		Name string `json:"name"`
	} `json:"function,omitempty"`
}

var (
	// ToolChoiceNone keeps the model from asking for tools.
	ToolChoiceNone = ToolChoice{Type: "none"}

	// ToolChoiceAuto lets the model choose. It is the default if there are tools.
	ToolChoiceAuto = ToolChoice{Type: "auto"}

	// ToolChoiceRequired makes the model ask for at least one tool.
	ToolChoiceRequired = ToolChoice{Type: "required"}

	// ToolChoiceFunction makes the model ask for the function of a name.
	ToolChoiceFunction = func(name string) ToolChoice {
		choice := ToolChoice{Type: functionType}
		choice.Function.Name = name
		return choice
	}
)

// MarshalJSON gives the type as a text, or for a function an object.
func (tc ToolChoice) MarshalJSON() ([]byte, error) {
	if tc.Type != functionType {
		return utils.JsonSerialize(tc.Type)
	}
	type object ToolChoice // the same without this method
	return utils.JsonSerialize(object(tc))
}
