package openai

import "github.com/hypermodeinc/modus/sdk/go/pkg/utils"

// ChatModelInput is a request to a chat model. Make it by CreateInput of the model, which sets what
// the services take as the default; what is as it is by default is left out of the JSON.
type ChatModelInput struct {
	// Model is what the service calls the model.
	Model string

	// Messages are the conversation so far, oldest first.
	Messages []RequestMessage

	// Modalities are the kinds of answer that are wanted. None means text.
	Modalities []Modality

	// Audio says how an answer in audio should be; see RequestAudioOutput.
	Audio *AudioParameters

	// FrequencyPenalty, from -2 to 2, makes tokens less likely the more often they have come.
	FrequencyPenalty float64

	// LogitBias makes tokens, given by their ids, more likely (up to 100) or less (down to -100).
	LogitBias map[string]float64

	// Logprobs asks for the log probabilities of the answer's tokens.
	Logprobs bool

	// TopLogprobs, from 0 to 20, is how many likely tokens to report at each place of the answer.
	// It needs Logprobs.
	TopLogprobs int

	// MaxTokens is the greatest number of tokens to generate.
	//
	// Deprecated: use MaxCompletionTokens, unless the service knows only this one.
	MaxTokens int

	// MaxCompletionTokens is the greatest number of tokens to generate, those of reasoning included.
	// With 0 the service decides.
	MaxCompletionTokens int

	// N is the number of answers to generate. With 0 it is one.
	N int

	// PresencePenalty, from -2 to 2, makes tokens less likely that have come already.
	PresencePenalty float64

	// ResponseFormat is the form of the answer's text.
	ResponseFormat ResponseFormat

	// Seed asks for the same answer to the same request, as far as the service can. 0 asks for nothing.
	Seed int

	// ServiceTier is the tier that should serve the request.
	ServiceTier ServiceTier

	// Stop are texts, at most four, before which the answer ends.
	Stop []string

	// Temperature, from 0 to 2, is how freely the next token is chosen. The default is 1; 0 is sent.
	Temperature float64

	// TopP limits the choice to the likeliest tokens that together have this probability.
	// The default is 1; 0 is sent.
	TopP float64

	// Tools are what the model may ask the app to call.
	Tools []Tool

	// ToolChoice says whether the model may, or must, ask for a tool.
	ToolChoice ToolChoice

	// ParallelToolCalls says whether the model may ask for several tools at once.
	ParallelToolCalls bool

	// User is a name by which the service can tell the app's users apart.
	User string

	// Extra are further members of the request, such as "reasoning_effort". It may be nil.
	Extra Extra

	isStreamed bool
}

// RequestAudioOutput asks for the answer as text and as audio, in a voice (such as "alloy") and
// a format (such as "wav" or "mp3").
func (ci *ChatModelInput) RequestAudioOutput(voice, format string) {
	ci.Modalities = []Modality{ModalityText, ModalityAudio}
	ci.Audio = NewAudioParameters(voice, format)
}

type chatRequest struct {
	Model               string             `json:"model"`
	Messages            []RequestMessage   `json:"messages"`
	Modalities          []Modality         `json:"modalities,omitempty"`
	Audio               *AudioParameters   `json:"audio,omitempty"`
	FrequencyPenalty    float64            `json:"frequency_penalty,omitempty"`
	LogitBias           map[string]float64 `json:"logit_bias,omitempty"`
	Logprobs            bool               `json:"logprobs,omitempty"`
	TopLogprobs         int                `json:"top_logprobs,omitempty"`
	MaxTokens           int                `json:"max_tokens,omitempty"`
	MaxCompletionTokens int                `json:"max_completion_tokens,omitempty"`
	N                   int                `json:"n,omitempty"`
	PresencePenalty     float64            `json:"presence_penalty,omitempty"`
	ResponseFormat      *ResponseFormat    `json:"response_format,omitempty"`
	Seed                int                `json:"seed,omitempty"`
	ServiceTier         ServiceTier        `json:"service_tier,omitempty"`
	Stop                []string           `json:"stop,omitempty"`
	Temperature         *float64           `json:"temperature,omitempty"`
	TopP                *float64           `json:"top_p,omitempty"`
	Tools               []Tool             `json:"tools,omitempty"`
	ToolChoice          *ToolChoice        `json:"tool_choice,omitempty"`
	ParallelToolCalls   *bool              `json:"parallel_tool_calls,omitempty"`
	User                string             `json:"user,omitempty"`
	Stream              bool               `json:"stream,omitempty"`
	StreamOptions       *streamOptions     `json:"stream_options,omitempty"`
}

type streamOptions struct {
	IncludeUsage bool `json:"include_usage"`
}

// MarshalJSON gives the request in the form that the services expect.
func (ci ChatModelInput) MarshalJSON() ([]byte, error) {
	request := chatRequest{
		Model:               ci.Model,
		Messages:            ci.Messages,
		Modalities:          ci.Modalities,
		Audio:               ci.Audio,
		FrequencyPenalty:    ci.FrequencyPenalty,
		LogitBias:           ci.LogitBias,
		Logprobs:            ci.Logprobs,
		TopLogprobs:         ci.TopLogprobs,
		MaxTokens:           ci.MaxTokens,
		MaxCompletionTokens: ci.MaxCompletionTokens,
		N:                   ci.N,
		PresencePenalty:     ci.PresencePenalty,
		Seed:                ci.Seed,
		ServiceTier:         ci.ServiceTier,
		Stop:                ci.Stop,
		Tools:               ci.Tools,
		User:                ci.User,
	}
	if ci.ResponseFormat.Type != "" && ci.ResponseFormat.Type != ResponseFormatText.Type {
		request.ResponseFormat = &ci.ResponseFormat
	}
	if ci.Temperature != 1 {
		request.Temperature = &ci.Temperature
	}
	if ci.TopP != 1 {
		request.TopP = &ci.TopP
	}
	if ci.ToolChoice.Type != "" {
		request.ToolChoice = &ci.ToolChoice
	}
	if len(ci.Tools) > 0 && !ci.ParallelToolCalls {
		request.ParallelToolCalls = &ci.ParallelToolCalls
	}
	if request.Stream = ci.isStreamed; ci.isStreamed {
		request.StreamOptions = &streamOptions{IncludeUsage: true}
	}
	return utils.JsonSerializeWith(request, ci.Extra)
}
