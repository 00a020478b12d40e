package openai

import (
	"time"

	"github.com/hypermodeinc/modus/sdk/go/pkg/internal/jsontext"
)

// ReadJSON is UnmarshalJSON for the SDK's own use, without reflection.
func (o *ChatModelOutput) ReadJSON(r *jsontext.Reader) {
	if o == nil || !r.IsFor(o) || r.IsNull() {
		r.Decline()
		return
	}
	var answer ChatModelOutput
	for name := range r.Members {
		switch name {
		case "id":
			answer.Id = r.String()
		case "object":
			answer.Object = r.String()
		case "choices":
			answer.Choices = jsontext.ReadList(r, func(c *Choice) { c.read(r) })
		case "created":
			answer.Created = readTime(r)
		case "model":
			answer.Model = r.String()
		case "service_tier":
			answer.ServiceTier = ServiceTier(r.String())
		case "system_fingerprint":
			answer.SystemFingerprint = r.String()
		case "usage":
			answer.Usage.read(r)
		default:
			jsontext.ReadExtra(r, name, &answer.Extra)
		}
	}
	if !r.Declined() {
		*o = answer
	}
}

func readTime(r *jsontext.Reader) time.Time {
	if r.IsNull() {
		return time.Time{}
	}
	seconds := r.Float()
	return unixTime(&seconds)
}

func (c *Choice) read(r *jsontext.Reader) {
	for name := range r.Members {
		switch name {
		case "finish_reason":
			c.FinishReason = r.String()
		case "index":
			c.Index = r.Int()
		case "message":
			c.Message.read(r)
		case "logprobs":
			c.Logprobs.read(r)
		default:
			jsontext.ReadExtra(r, name, &c.Extra)
		}
	}
}

func (m *CompletionMessage) read(r *jsontext.Reader) {
	for name := range r.Members {
		switch name {
		case "content":
			m.Content = r.String()
		case "refusal":
			m.Refusal = r.String()
		case "tool_calls":
			m.ToolCalls = jsontext.ReadList(r, func(c *ToolCall) { c.read(r) })
		case "audio":
			if !r.IsNull() {
				m.Audio = &AudioOutput{}
				m.Audio.read(r)
			}
		case "role":
			r.Skip()
		default:
			jsontext.ReadExtra(r, name, &m.Extra)
		}
	}
}

func (c *ToolCall) read(r *jsontext.Reader) {
	for name := range r.Members {
		c.readMember(r, name)
	}
}

func (c *ToolCall) readMember(r *jsontext.Reader, name string) {
	switch name {
	case "id":
		c.Id = r.String()
	case "type":
		c.Type = r.String()
	case "function":
		c.Function.read(r)
	default:
		jsontext.ReadExtra(r, name, &c.Extra)
	}
}

func (c *FunctionCall) read(r *jsontext.Reader) {
	for name := range r.Members {
		switch name {
		case "name":
			c.Name = r.String()
		case "arguments":
			c.Arguments = r.String()
		default:
			r.Unknown(name)
		}
	}
}

func (o *AudioOutput) read(r *jsontext.Reader) {
	for name := range r.Members {
		switch name {
		case "id":
			o.Id = r.String()
		case "expires_at":
			o.ExpiresAt = readTime(r)
		case "data":
			o.Data = r.Bytes()
		case "transcript":
			o.Transcript = r.String()
		default:
			r.Unknown(name)
		}
	}
}

func (l *Logprobs) read(r *jsontext.Reader) {
	for name := range r.Members {
		switch name {
		case "content":
			l.Content = jsontext.ReadList(r, func(c *LogprobsContent) { c.read(r) })
		default:
			r.Unknown(name)
		}
	}
}

func (c *LogprobsContent) read(r *jsontext.Reader) {
	for name := range r.Members {
		switch name {
		case "top_logprobs":
			c.TopLogprobs = jsontext.ReadList(r, func(o *LogprobsContentObject) {
				for name := range r.Members {
					o.readMember(r, name)
				}
			})
		default:
			c.readMember(r, name)
		}
	}
}

func (o *LogprobsContentObject) readMember(r *jsontext.Reader, name string) {
	switch name {
	case "token":
		o.Token = r.String()
	case "logprob":
		o.Logprob = r.Float()
	case "bytes":
		o.Bytes = r.Bytes()
	default:
		r.Unknown(name)
	}
}

func (u *Usage) read(r *jsontext.Reader) {
	for name := range r.Members {
		switch name {
		case "completion_tokens":
			u.CompletionTokens = r.Int()
		case "prompt_tokens":
			u.PromptTokens = r.Int()
		case "total_tokens":
			u.TotalTokens = r.Int()
		case "prompt_tokens_details":
			u.PromptTokensDetails.read(r)
		case "completion_tokens_details":
			u.CompletionTokensDetails.read(r)
		default:
			r.Unknown(name)
		}
	}
}

func (d *PromptTokensDetails) read(r *jsontext.Reader) {
	for name := range r.Members {
		switch name {
		case "cached_tokens":
			d.CachedTokens = r.Int()
		case "audio_tokens":
			d.AudioTokens = r.Int()
		default:
			r.Unknown(name)
		}
	}
}

func (d *CompletionTokensDetails) read(r *jsontext.Reader) {
	for name := range r.Members {
		switch name {
		case "reasoning_tokens":
			d.ReasoningTokens = r.Int()
		case "audio_tokens":
			d.AudioTokens = r.Int()
		case "accepted_prediction_tokens":
			d.AcceptedPredictionTokens = r.Int()
		case "rejected_prediction_tokens":
			d.RejectedPredictionTokens = r.Int()
		default:
			r.Unknown(name)
		}
	}
}
