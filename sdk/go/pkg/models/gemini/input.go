package gemini

import "github.com/hypermodeinc/modus/sdk/go/pkg/utils"

// GenerateModelInput is a request to a model. Which model it goes to is in the address, not here.
type GenerateModelInput struct {
	// Contents are the conversation so far, oldest first.
	Contents []*Content `json:"contents"`

	// SystemInstruction tells the model how to behave. It may be nil.
	SystemInstruction *Content `json:"systemInstruction,omitempty"`

	// GenerationConfig says how the answer should be. It may be nil.
	GenerationConfig *GenerationConfig `json:"generationConfig,omitempty"`

	// SafetySettings say what the service should block.
	SafetySettings []SafetySetting `json:"safetySettings,omitempty"`

	// CachedContent is the name of content that the service has kept from before.
	CachedContent string `json:"cachedContent,omitempty"`

	// Tools are what the model may ask the app to call.
	Tools []Tool `json:"tools,omitempty"`

	// ToolConfig says whether the model may, or must, ask for a function. It may be nil.
	ToolConfig *ToolConfig `json:"toolConfig,omitempty"`

	// Extra are further members of the request. It may be nil.
	Extra Extra `json:"-"`
}

// MarshalJSON gives the request in the form that the service expects.
func (gi GenerateModelInput) MarshalJSON() ([]byte, error) {
	type plain GenerateModelInput // the same without this method
	return utils.JsonSerializeWith(plain(gi), gi.Extra)
}

// GenerationConfig says how an answer should be. What is nil or empty the service decides.
type GenerationConfig struct {
	// CandidateCount is the number of answers to generate.
	CandidateCount *int `json:"candidateCount,omitempty"`

	// StopSequences are texts, at most five, before which the answer ends.
	StopSequences []string `json:"stopSequences,omitempty"`

	// MaxOutputTokens is the greatest number of tokens to generate.
	MaxOutputTokens *int `json:"maxOutputTokens,omitempty"`

	// Temperature, from 0 to 2, is how freely the next token is chosen.
	Temperature *float64 `json:"temperature,omitempty"`

	// TopP limits the choice to the likeliest tokens that together have this probability.
	TopP *float64 `json:"topP,omitempty"`

	// TopK limits the choice to so many of the likeliest tokens.
	TopK *int `json:"topK,omitempty"`

	// ResponseMimeType is "text/plain" or "application/json".
	ResponseMimeType string `json:"responseMimeType,omitempty"`

	// ResponseSchema is the schema of an answer in JSON.
	ResponseSchema utils.RawJsonString `json:"responseSchema,omitempty"`

	// Extra are further members, such as "thinkingConfig". It may be nil.
	Extra Extra `json:"-"`
}

// MarshalJSON gives the configuration in the form that the service expects.
func (gc GenerationConfig) MarshalJSON() ([]byte, error) {
	type plain GenerationConfig // the same without this method
	return utils.JsonSerializeWith(plain(gc), gc.Extra)
}

// Value gives the address of a value, as the fields of a GenerationConfig want it.
func Value[T int | float64](value T) *T { return &value }

// SafetySetting says what the service should block of one category of harm.
type SafetySetting struct {
	Category  HarmCategory       `json:"category"`
	Threshold HarmBlockThreshold `json:"threshold"`
}

// Tool is a group of functions that the model may ask the app to call.
type Tool struct {
	// FunctionDeclarations tell the model about the functions.
	FunctionDeclarations []FunctionDeclaration `json:"functionDeclarations,omitempty"`

	// Extra are further members, such as tools that the service has. It may be nil.
	Extra Extra `json:"-"`
}

// MarshalJSON gives the tool in the form that the service expects.
func (t Tool) MarshalJSON() ([]byte, error) {
	type plain Tool // the same without this method
	return utils.JsonSerializeWith(plain(t), t.Extra)
}

// FunctionDeclaration tells the model about a function.
type FunctionDeclaration struct {
	// Name is the name by which the model asks for the function.
	Name string `json:"name"`

	// Description tells the model what the function does and when to ask for it.
	Description string `json:"description,omitempty"`

	// Parameters is the schema of the arguments: an object with a property for each. Empty means none.
	Parameters utils.RawJsonString `json:"parameters,omitempty"`
}

// ToolConfig says whether the model may, or must, ask for a function.
type ToolConfig struct {
	FunctionCallingConfig FunctionCallingConfig `json:"functionCallingConfig"`
}

// FunctionCallingConfig says whether the model may, or must, ask for a function.
type FunctionCallingConfig struct {
	// Mode is "AUTO", "ANY" or "NONE".
	Mode string `json:"mode"`

	// AllowedFunctionNames are those that the model may ask for, with the mode "ANY".
	AllowedFunctionNames []string `json:"allowedFunctionNames,omitempty"`
}

var (
	// ToolConfigAuto lets the model choose. It is the default if there are tools.
	ToolConfigAuto = &ToolConfig{FunctionCallingConfig{Mode: "AUTO"}}

	// ToolConfigNone keeps the model from asking for functions.
	ToolConfigNone = &ToolConfig{FunctionCallingConfig{Mode: "NONE"}}

	// ToolConfigAny makes the model ask for a function, one of the names if there are any.
	ToolConfigAny = func(names ...string) *ToolConfig {
		return &ToolConfig{FunctionCallingConfig{Mode: "ANY", AllowedFunctionNames: names}}
	}
)
