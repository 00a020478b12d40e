package openai

import (
	"maps"
	"slices"

	"github.com/hypermodeinc/modus/sdk/go/pkg/internal/jsontext"
)

// WriteJSON is MarshalJSON for the SDK's own use, without reflection.
func (ci *ChatModelInput) WriteJSON(w *jsontext.Writer) {
	if ci == nil || !w.IsFor(ci) {
		w.Decline()
		return
	}
	start := w.Object()
	w.Member("model", ci.Model)
	w.Key("messages")
	jsontext.WriteList(w, ci.Messages, func(m RequestMessage) { writeMessage(w, m) })
	ci.writeAnswerKind(w)
	ci.writeLimits(w)
	ci.writeTools(w)
	w.Optional("user", ci.User)
	if ci.isStreamed {
		w.Key("stream")
		w.Bool(true)
		w.Key("stream_options")
		w.Object()
		w.Key("include_usage")
		w.Bool(true)
		w.End()
	}
	jsontext.WriteExtra(w, start, ci.Extra)
	w.End()
}

func (ci *ChatModelInput) writeAnswerKind(w *jsontext.Writer) {
	if len(ci.Modalities) > 0 {
		w.Key("modalities")
		jsontext.WriteList(w, ci.Modalities, func(m Modality) { w.String(string(m)) })
	}
	if ci.Audio != nil {
		w.Key("audio")
		w.Object()
		w.Member("voice", ci.Audio.Voice)
		w.Member("format", ci.Audio.Format)
		w.End()
	}
	w.OptionalFloat("frequency_penalty", ci.FrequencyPenalty)
	if len(ci.LogitBias) > 0 {
		w.Key("logit_bias")
		writeNumbers(w, ci.LogitBias)
	}
	w.OptionalBool("logprobs", ci.Logprobs)
	w.OptionalInt("top_logprobs", ci.TopLogprobs)
}

func writeNumbers(w *jsontext.Writer, numbers map[string]float64) {
	w.Object()
	for _, name := range slices.Sorted(maps.Keys(numbers)) {
		w.AnyKey(name)
		w.Float(numbers[name])
	}
	w.End()
}

func (ci *ChatModelInput) writeLimits(w *jsontext.Writer) {
	w.OptionalInt("max_tokens", ci.MaxTokens)
	w.OptionalInt("max_completion_tokens", ci.MaxCompletionTokens)
	w.OptionalInt("n", ci.N)
	w.OptionalFloat("presence_penalty", ci.PresencePenalty)
	if ci.ResponseFormat.Type != "" && ci.ResponseFormat.Type != ResponseFormatText.Type {
		w.Key("response_format")
		w.Object()
		w.Member("type", ci.ResponseFormat.Type)
		if schema := ci.ResponseFormat.JsonSchema; schema != "" {
			w.Key("json_schema")
			w.Raw(string(schema))
		}
		w.End()
	}
	w.OptionalInt("seed", ci.Seed)
	w.Optional("service_tier", string(ci.ServiceTier))
	if len(ci.Stop) > 0 {
		w.Key("stop")
		jsontext.WriteList(w, ci.Stop, w.String)
	}
	if ci.Temperature != 1 {
		w.Key("temperature")
		w.Float(ci.Temperature)
	}
	if ci.TopP != 1 {
		w.Key("top_p")
		w.Float(ci.TopP)
	}
}

func (ci *ChatModelInput) writeTools(w *jsontext.Writer) {
	if len(ci.Tools) > 0 {
		w.Key("tools")
		jsontext.WriteList(w, ci.Tools, func(t Tool) { t.write(w) })
	}
	if ci.ToolChoice.Type != "" {
		w.Key("tool_choice")
		ci.ToolChoice.write(w)
	}
	if len(ci.Tools) > 0 && !ci.ParallelToolCalls {
		w.Key("parallel_tool_calls")
		w.Bool(false)
	}
}

func (t *Tool) write(w *jsontext.Writer) {
	start := w.Object()
	w.Member("type", t.Type)
	w.Key("function")
	w.Object()
	w.Member("name", t.Function.Name)
	w.Optional("description", t.Function.Description)
	w.OptionalBool("strict", t.Function.Strict)
	if schema := t.Function.Parameters; schema != "" {
		w.Key("parameters")
		w.Raw(string(schema))
	}
	w.End()
	jsontext.WriteExtra(w, start, t.Extra)
	w.End()
}

func (tc *ToolChoice) write(w *jsontext.Writer) {
	if tc.Type != functionType {
		w.String(tc.Type)
		return
	}
	w.Object()
	w.Member("type", tc.Type)
	w.Key("function")
	w.Object()
	w.Member("name", tc.Function.Name)
	w.End()
	w.End()
}

func (c *ToolCall) write(w *jsontext.Writer) {
	start := w.Object()
	w.Member("id", c.Id)
	w.Member("type", c.Type)
	w.Key("function")
	w.Object()
	w.Member("name", c.Function.Name)
	w.Member("arguments", c.Function.Arguments)
	w.End()
	jsontext.WriteExtra(w, start, c.Extra)
	w.End()
}
