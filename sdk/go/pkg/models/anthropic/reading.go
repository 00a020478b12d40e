package anthropic

import (
	"github.com/hypermodeinc/modus/sdk/go/pkg/internal/jsontext"
	"github.com/hypermodeinc/modus/sdk/go/pkg/utils"
)

// ReadJSON is UnmarshalJSON for the SDK's own use, without reflection. It reads into a fresh object only.
func (o *MessagesModelOutput) ReadJSON(r *jsontext.Reader) {
	if o == nil || !r.IsFor(o) || !o.isFresh() || r.IsNull() {
		r.Decline()
		return
	}
	var answer MessagesModelOutput
	for name := range r.Members {
		answer.readMember(r, name)
	}
	if !r.Declined() {
		*o = answer
	}
}

func (o *MessagesModelOutput) isFresh() bool {
	return o.Id == "" && o.Type == "" && o.Role == "" && o.Content == nil && o.Model == "" &&
		o.StopReason == "" && o.StopSequence == "" && o.Usage == Usage{}
}

func (o *MessagesModelOutput) readMember(r *jsontext.Reader, name string) {
	switch name {
	case "id":
		o.Id = r.String()
	case "type":
		o.Type = r.String()
	case "role":
		o.Role = r.String()
	case "content":
		o.Content = jsontext.ReadList(r, func(b *ContentBlock) { b.read(r) })
	case "model":
		o.Model = r.String()
	case "stop_reason":
		o.StopReason = r.String()
	case "stop_sequence":
		o.StopSequence = r.String()
	case "usage":
		o.Usage.read(r)
	default:
		jsontext.ReadExtra(r, name, &o.Extra)
	}
}

// read declines content that is no text.
func (b *ContentBlock) read(r *jsontext.Reader) {
	for name := range r.Members {
		switch name {
		case "type":
			b.Type = r.String()
		case "text":
			b.Text = jsontext.Optional(r, r.String)
		case "id":
			b.Id = jsontext.Optional(r, r.String)
		case "name":
			b.Name = jsontext.Optional(r, r.String)
		case "input":
			b.Input = jsontext.Optional(r, func() utils.RawJsonString { return utils.RawJsonString(r.Raw()) })
		case "tool_use_id":
			b.ToolUseId = jsontext.Optional(r, r.String)
		case "is_error":
			b.IsError = jsontext.Optional(r, r.Bool)
		case "content":
			b.Content = jsontext.Optional(r, r.String)
		default:
			jsontext.ReadExtra(r, name, &b.Extra)
		}
	}
}

func (u *Usage) read(r *jsontext.Reader) {
	for name := range r.Members {
		switch name {
		case "input_tokens":
			u.InputTokens = r.Int()
		case "output_tokens":
			u.OutputTokens = r.Int()
		case "cache_creation_input_tokens":
			u.CacheCreationInputTokens = r.Int()
		case "cache_read_input_tokens":
			u.CacheReadInputTokens = r.Int()
		default:
			r.Unknown(name)
		}
	}
}
