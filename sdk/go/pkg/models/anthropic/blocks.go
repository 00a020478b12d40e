package anthropic

import "github.com/hypermodeinc/modus/sdk/go/pkg/utils"

// ContentBlock is a block of a message's content. The type says which of the other fields it has.
type ContentBlock struct {
	// Type is "text", "tool_use" or "tool_result"; or another, whose members are in Extra.
	Type string `json:"type"`

	// Text is the text of a block of type "text".
	Text *string `json:"text,omitempty"`

	// Id is, in a "tool_use", what the block with the tool's result refers to.
	Id *string `json:"id,omitempty"`

	// Name is, in a "tool_use", the name of the tool.
	Name *string `json:"name,omitempty"`

	// Input is, in a "tool_use", the JSON that the tool is to be given.
	Input *utils.RawJsonString `json:"input,omitempty"`

	// ToolUseId is, in a "tool_result", the id of the "tool_use".
	ToolUseId *string `json:"tool_use_id,omitempty"`

	// IsError says, in a "tool_result", that the tool failed.
	IsError *bool `json:"is_error,omitempty"`

	// Content is, in a "tool_result", the result.
	Content *string `json:"content,omitempty"`

	// Extra are further members of the block, such as the "source" of an "image".
	Extra Extra `json:"-"`
}

// UnmarshalJSON reads the block as the service writes it. Content that is no text goes into Extra.
func (b *ContentBlock) UnmarshalJSON(data []byte) (err error) {
	type plain ContentBlock // the same without this method
	var content struct {
		Content utils.RawJsonString `json:"content"`
	}
	members, err := utils.JsonDeserializeWith(data, &content)
	if err != nil {
		return err
	}
	isText := content.Content == "" || content.Content == "null" || content.Content[0] == '"'
	if !isText {
		if data, err = utils.JsonSerialize(members); err != nil {
			return err
		}
	}
	b.Extra, err = utils.JsonDeserializeWith(data, (*plain)(b))
	if err == nil && !isText {
		if b.Extra == nil {
			b.Extra = Extra{}
		}
		b.Extra["content"] = content.Content
	}
	return err
}

// MarshalJSON gives the block in the form that the service expects.
func (b ContentBlock) MarshalJSON() ([]byte, error) {
	type plain ContentBlock
	return utils.JsonSerializeWith(plain(b), b.Extra)
}

var (
	// TextContentBlock gives a block that is text.
	TextContentBlock = func(text string) ContentBlock {
		return ContentBlock{Type: "text", Text: &text}
	}

	// ToolUseContentBlock gives a block in which the model asked for a tool.
	ToolUseContentBlock = func(id, name string, input utils.RawJsonString) ContentBlock {
		return ContentBlock{Type: "tool_use", Id: &id, Name: &name, Input: &input}
	}

	// ToolResultContentBlock gives a block with the result of a tool, or with what made it fail.
	ToolResultContentBlock = func(toolUseId, content string, isError bool) ContentBlock {
		return ContentBlock{Type: "tool_result", ToolUseId: &toolUseId, Content: &content, IsError: &isError}
	}
)

// Tool is something that the model may ask the app to do.
type Tool struct {
	// Name is the name by which the model asks for the tool.
	Name string `json:"name"`

	// InputSchema is the JSON schema of what the tool takes.
	InputSchema utils.RawJsonString `json:"input_schema"`

	// Description tells the model what the tool does and when to ask for it.
	Description string `json:"description,omitempty"`

	// Extra are further members of the tool, such as the "type" of one that the service has. It may be nil.
	Extra Extra `json:"-"`
}

// MarshalJSON gives the tool in the form that the service expects.
func (t Tool) MarshalJSON() ([]byte, error) {
	type plain Tool // the same without this method
	return utils.JsonSerializeWith(plain(t), t.Extra)
}

// ToolChoice says whether the model may, or must, ask for a tool.
type ToolChoice struct {
	// Type is "auto", "any" or "tool".
	Type string `json:"type"`

	// Name is, with the type "tool", the tool that the model must ask for.
	Name string `json:"name,omitempty"`

	// DisableParallelToolUse keeps the model from asking for several tools at once.
	DisableParallelToolUse bool `json:"disable_parallel_tool_use,omitempty"`
}

var (
	// ToolChoiceAuto lets the model choose. It is the default if there are tools.
	ToolChoiceAuto = &ToolChoice{Type: "auto"}

	// ToolChoiceAny makes the model ask for one of the tools.
	ToolChoiceAny = &ToolChoice{Type: "any"}

	// ToolChoiceTool makes the model ask for the tool of a name.
	ToolChoiceTool = func(name string) *ToolChoice {
		return &ToolChoice{Type: "tool", Name: name}
	}
)
