package openai

import "github.com/hypermodeinc/modus/sdk/go/pkg/internal/jsontext"

// readPlainChunk is readChunk without reflection. It is false for what it leaves to reflection.
func readPlainChunk(data string) (*ChatModelChunk, bool) {
	r := jsontext.NewReader(data)
	chunk := &ChatModelChunk{}
	chunk.read(r)
	return chunk, r.IsAtEnd() && !r.Declined()
}

func (c *ChatModelChunk) read(r *jsontext.Reader) {
	for name := range r.Members {
		switch name {
		case "id":
			c.Id = r.String()
		case "created":
			c.Created = r.Float()
		case "model":
			c.Model = r.String()
		case "service_tier":
			c.ServiceTier = ServiceTier(r.String())
		case "system_fingerprint":
			c.SystemFingerprint = r.String()
		case "choices":
			if c.Choices = jsontext.ReadList(r, func(c *ChunkChoice) { c.read(r) }); len(c.Choices) == 0 {
				c.Choices = nil
			}
		case "usage":
			if !r.IsNull() {
				c.Usage = &Usage{}
				c.Usage.read(r)
			}
		default:
			r.Unknown(name)
		}
	}
}

func (c *ChunkChoice) read(r *jsontext.Reader) {
	var message *wholeMessage
	for name := range r.Members {
		switch name {
		case "index":
			c.Index = r.Int()
		case "delta":
			c.Delta.read(r)
		case "finish_reason":
			c.FinishReason = r.String()
		case "logprobs":
			c.Logprobs.read(r)
		case "message":
			if !r.IsNull() {
				message = &wholeMessage{}
				message.read(r)
			}
		default:
			r.Unknown(name)
		}
	}
	c.Delta.takeWhole(message)
}

func (m *wholeMessage) read(r *jsontext.Reader) {
	for name := range r.Members {
		switch name {
		case "content":
			m.Content = r.String()
		case "refusal":
			m.Refusal = r.String()
		case "tool_calls":
			m.ToolCalls = jsontext.ReadList(r, func(c *ToolCall) { c.read(r) })
		default:
			r.Unknown(name)
		}
	}
}

func (d *Delta) read(r *jsontext.Reader) {
	for name := range r.Members {
		switch name {
		case "content":
			d.Content = r.String()
		case "refusal":
			d.Refusal = r.String()
		case "tool_calls":
			d.ToolCalls = jsontext.ReadList(r, func(c *ToolCallDelta) { c.read(r) })
		default:
			r.Unknown(name)
		}
	}
}

func (d *ToolCallDelta) read(r *jsontext.Reader) {
	for name := range r.Members {
		switch name {
		case "index":
			d.Index = r.Int()
		default:
			d.ToolCall.readMember(r, name)
		}
	}
}
