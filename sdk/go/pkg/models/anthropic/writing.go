package anthropic

import "github.com/hypermodeinc/modus/sdk/go/pkg/internal/jsontext"

// WriteJSON is MarshalJSON for the SDK's own use, without reflection.
func (mi *MessagesModelInput) WriteJSON(w *jsontext.Writer) {
	if mi == nil || !w.IsFor(mi) {
		w.Decline()
		return
	}
	start := w.Object()
	w.Member("model", mi.Model)
	w.Key("messages")
	jsontext.WriteList(w, mi.Messages, func(m *Message) { m.write(w) })
	w.OptionalInt("max_tokens", mi.MaxTokens)
	if mi.Metadata != nil {
		w.Key("metadata")
		w.Object()
		w.Optional("user_id", mi.Metadata.UserId)
		w.End()
	}
	if len(mi.StopSequences) > 0 {
		w.Key("stop_sequences")
		jsontext.WriteList(w, mi.StopSequences, w.String)
	}
	w.Optional("system", mi.System)
	if mi.Temperature != 1 {
		w.Key("temperature")
		w.Float(mi.Temperature)
	}
	mi.writeTools(w)
	w.OptionalInt("top_k", mi.TopK)
	w.OptionalFloat("top_p", mi.TopP)
	w.OptionalBool("stream", mi.isStreamed)
	jsontext.WriteExtra(w, start, mi.Extra)
	w.End()
}

func (mi *MessagesModelInput) writeTools(w *jsontext.Writer) {
	if choice := mi.ToolChoice; choice != nil {
		w.Key("tool_choice")
		w.Object()
		w.Member("type", choice.Type)
		w.Optional("name", choice.Name)
		w.OptionalBool("disable_parallel_tool_use", choice.DisableParallelToolUse)
		w.End()
	}
	if len(mi.Tools) > 0 {
		w.Key("tools")
		jsontext.WriteList(w, mi.Tools, func(t *Tool) { t.write(w) })
	}
}

func (t *Tool) write(w *jsontext.Writer) {
	if t == nil {
		w.Null()
		return
	}
	start := w.Object()
	w.Member("name", t.Name)
	w.Key("input_schema")
	w.RawOrNull(string(t.InputSchema))
	w.Optional("description", t.Description)
	jsontext.WriteExtra(w, start, t.Extra)
	w.End()
}

func (m *Message) write(w *jsontext.Writer) {
	if m == nil {
		w.Null()
		return
	}
	w.Object()
	w.Member("role", m.Role)
	w.Key("content")
	switch content := m.Content.(type) {
	case StringContent:
		w.String(string(content))
	case Contents:
		jsontext.WriteList(w, content, func(b ContentBlock) { b.write(w) })
	default:
		w.Decline()
	}
	w.End()
}

func (b *ContentBlock) write(w *jsontext.Writer) {
	start := w.Object()
	w.Member("type", b.Type)
	writeText(w, "text", b.Text)
	writeText(w, "id", b.Id)
	writeText(w, "name", b.Name)
	if b.Input != nil {
		w.Key("input")
		w.RawOrNull(string(*b.Input))
	}
	writeText(w, "tool_use_id", b.ToolUseId)
	if b.IsError != nil {
		w.Key("is_error")
		w.Bool(*b.IsError)
	}
	writeText(w, "content", b.Content)
	jsontext.WriteExtra(w, start, b.Extra)
	w.End()
}

func writeText(w *jsontext.Writer, name string, value *string) {
	if value != nil {
		w.Member(name, *value)
	}
}
