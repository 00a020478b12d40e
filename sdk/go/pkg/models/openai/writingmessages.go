package openai

import "github.com/hypermodeinc/modus/sdk/go/pkg/internal/jsontext"

// writeMessage knows the messages of this package; what an app has made of them is declined.
func writeMessage(w *jsontext.Writer, message RequestMessage) {
	switch m := message.(type) {
	case nil:
		w.Null()
	case *UserMessage[string]:
		m.write(w)
	case *UserMessage[[]UserMessageContentPart]:
		m.write(w)
	case *SystemMessage[string]:
		m.write(w)
	case *SystemMessage[[]SystemContentPart]:
		m.write(w)
	case *DeveloperMessage[string]:
		m.write(w)
	case *DeveloperMessage[[]DeveloperContentPart]:
		m.write(w)
	case *AssistantMessage[string]:
		m.write(w)
	case *AssistantMessage[[]AssistantMessageContentPart]:
		m.write(w)
	case *ToolMessage[string]:
		m.write(w)
	case *ToolMessage[[]ToolMessageContentPart]:
		m.write(w)
	case *parsedMessage:
		w.Raw(string(m.text))
	default:
		w.Decline()
	}
}

func (m *UserMessage[T]) write(w *jsontext.Writer) {
	if m == nil {
		w.Decline()
		return
	}
	writePlainMessage(w, roleUser, m.Content, m.Name, m.Extra)
}

func (m *SystemMessage[T]) write(w *jsontext.Writer) {
	if m == nil {
		w.Decline()
		return
	}
	writePlainMessage(w, roleSystem, m.Content, m.Name, m.Extra)
}

func (m *DeveloperMessage[T]) write(w *jsontext.Writer) {
	if m == nil {
		w.Decline()
		return
	}
	writePlainMessage(w, roleDeveloper, m.Content, m.Name, m.Extra)
}

func writePlainMessage(w *jsontext.Writer, role string, content any, name string, extra Extra) {
	start := beginMessage(w, role, content)
	w.Optional("name", name)
	jsontext.WriteExtra(w, start, extra)
	w.End()
}

func (m *AssistantMessage[T]) write(w *jsontext.Writer) {
	if m == nil {
		w.Decline()
		return
	}
	start := beginMessage(w, roleAssistant, m.Content)
	w.Optional("name", m.Name)
	w.Optional("refusal", m.Refusal)
	if len(m.ToolCalls) > 0 {
		w.Key("tool_calls")
		jsontext.WriteList(w, m.ToolCalls, func(c ToolCall) { c.write(w) })
	}
	if m.Audio != nil {
		w.Key("audio")
		w.Object()
		w.Member("id", m.Audio.Id)
		w.End()
	}
	jsontext.WriteExtra(w, start, m.Extra)
	w.End()
}

func (m *ToolMessage[T]) write(w *jsontext.Writer) {
	if m == nil {
		w.Decline()
		return
	}
	start := beginMessage(w, roleTool, m.Content)
	w.Member("tool_call_id", m.ToolCallId)
	jsontext.WriteExtra(w, start, m.Extra)
	w.End()
}

func beginMessage(w *jsontext.Writer, role string, content any) (start int) {
	start = w.Object()
	w.Member("role", role)
	w.Key("content")
	switch c := content.(type) {
	case string:
		w.String(c)
	case []SystemContentPart:
		writeParts(w, c)
	case []UserMessageContentPart:
		writeParts(w, c)
	case []AssistantMessageContentPart:
		writeParts(w, c)
	case []ToolMessageContentPart:
		writeParts(w, c)
	default:
		w.Decline()
	}
	return start
}

func writeParts[T ContentPart](w *jsontext.Writer, parts []T) {
	jsontext.WriteList(w, parts, func(part T) { writePart(w, part) })
}

func writePart(w *jsontext.Writer, part ContentPart) {
	switch p := part.(type) {
	case *TextContentPart:
		if p != nil {
			beginPart(w, typeText)
			w.Member("text", p.Text)
			w.End()
			return
		}
	case *RefusalContentPart:
		if p != nil {
			beginPart(w, typeRefusal)
			w.Member("refusal", p.Refusal)
			w.End()
			return
		}
	case *ImageContentPart:
		if p != nil {
			p.write(w)
			return
		}
	case *AudioContentPart:
		if p != nil {
			p.write(w)
			return
		}
	}
	w.Decline()
}

func beginPart(w *jsontext.Writer, kind string) {
	w.Object()
	w.Member("type", kind)
}

func (p *ImageContentPart) write(w *jsontext.Writer) {
	beginPart(w, typeImage)
	w.Key("image_url")
	w.Object()
	w.Member("url", p.Image.Url)
	w.Optional("detail", p.Image.Detail)
	w.End()
	w.End()
}

func (p *AudioContentPart) write(w *jsontext.Writer) {
	beginPart(w, typeAudio)
	w.Key("input_audio")
	w.Object()
	w.Key("data")
	w.Base64(p.Audio.Data)
	w.Member("format", p.Audio.Format)
	w.End()
	w.End()
}
