package openai

import (
	"encoding/json"
	"time"

	"github.com/hypermodeinc/modus/sdk/go/pkg/utils"
)

// ChatModelOutput is the answer of a chat model.
type ChatModelOutput struct {
	// Id is the answer's own id.
	Id string `json:"id"`

	// Object is always "chat.completion".
	Object string `json:"object"`

	// Choices are the answers: one, unless N of the request asked for more.
	Choices []Choice `json:"choices"`

	// Created is when the answer was made, in UTC, to the second.
	Created time.Time `json:"created"`

	// Model is the model that answered.
	Model string `json:"model"`

	// ServiceTier is the tier that served the request. It may be empty.
	ServiceTier ServiceTier `json:"service_tier"`

	// SystemFingerprint stands for the configuration of the service, on which Seed depends.
	SystemFingerprint string `json:"system_fingerprint"`

	// Usage counts the tokens.
	Usage Usage `json:"usage"`

	// Extra are further members of the answer.
	Extra Extra `json:"-"`
}

// Choice is one answer of a chat model.
type Choice struct {
	// FinishReason says why the answer ends: "stop", "length", "content_filter" or "tool_calls".
	FinishReason string `json:"finish_reason"`

	// Index is the answer's place among the choices.
	Index int `json:"index"`

	// Message is what the model answered.
	Message CompletionMessage `json:"message"`

	// Logprobs has the tokens' log probabilities, if the request asked for them.
	Logprobs Logprobs `json:"logprobs"`

	// Extra are further members of the choice.
	Extra Extra `json:"-"`
}

// CompletionMessage is what the model answered. ToAssistantMessage makes it a message of
// the next request.
type CompletionMessage struct {
	// Content is the text. It is empty if the model only asks for tools, or answers in audio.
	Content string `json:"content"`

	// Refusal is what the model said to refuse the request, if it did.
	Refusal string `json:"refusal,omitempty"`

	// ToolCalls are the tools that the model asks for.
	ToolCalls []ToolCall `json:"tool_calls,omitempty"`

	// Audio is the answer in audio, if the request asked for it.
	Audio *AudioOutput `json:"audio,omitempty"`

	// Extra are further members of the message, such as "reasoning_content" or "annotations".
	Extra Extra `json:"-"`
}

// Role is "assistant".
func (m CompletionMessage) Role() string { return roleAssistant }

// AudioOutput is an answer in audio.
type AudioOutput struct {
	// Id is the id by which later requests may refer to the audio.
	Id string `json:"id"`

	// ExpiresAt is when the service forgets the audio, in UTC, to the second.
	ExpiresAt time.Time `json:"expires_at"`

	// Data is the audio data, in JSON as base64.
	Data []byte `json:"data"`

	// Transcript is what is said in the audio.
	Transcript string `json:"transcript"`
}

// Logprobs has the log probabilities of an answer's tokens.
type Logprobs struct {
	// Content has the tokens of the answer's text.
	Content []LogprobsContent `json:"content"`
}

// LogprobsContent is a token of an answer, and what could have stood in its place.
type LogprobsContent struct {
	LogprobsContentObject

	// TopLogprobs are the likeliest tokens at this place.
	TopLogprobs []LogprobsContentObject `json:"top_logprobs"`
}

// LogprobsContentObject is a token with its log probability.
type LogprobsContentObject struct {
	// Token is the token's text.
	Token string `json:"token"`

	// Logprob is the natural logarithm of the token's probability.
	Logprob float64 `json:"logprob"`

	// Bytes is the token's text in UTF-8, of which several tokens may share a character.
	Bytes []byte `json:"bytes"`
}

// Usage counts the tokens of a request and its answer.
type Usage struct {
	// CompletionTokens are those of the answer.
	CompletionTokens int `json:"completion_tokens"`

	// PromptTokens are those of the request.
	PromptTokens int `json:"prompt_tokens"`

	// TotalTokens are all of them.
	TotalTokens int `json:"total_tokens"`

	// PromptTokensDetails counts some of the request's tokens, where the service tells.
	PromptTokensDetails PromptTokensDetails `json:"prompt_tokens_details,omitzero"`

	// CompletionTokensDetails counts some of the answer's tokens, where the service tells.
	CompletionTokensDetails CompletionTokensDetails `json:"completion_tokens_details,omitzero"`
}

// PromptTokensDetails counts some of a request's tokens.
type PromptTokensDetails struct {
	// CachedTokens are those that the service knew already.
	CachedTokens int `json:"cached_tokens"`

	// AudioTokens are those of audio.
	AudioTokens int `json:"audio_tokens"`
}

// CompletionTokensDetails counts some of an answer's tokens.
type CompletionTokensDetails struct {
	// ReasoningTokens are those that the model wrote for itself.
	ReasoningTokens int `json:"reasoning_tokens"`

	// AudioTokens are those of audio.
	AudioTokens int `json:"audio_tokens"`

	// AcceptedPredictionTokens are those of the request's prediction that have come true.
	AcceptedPredictionTokens int `json:"accepted_prediction_tokens"`

	// RejectedPredictionTokens are those of the prediction that have not.
	RejectedPredictionTokens int `json:"rejected_prediction_tokens"`
}

// UnmarshalJSON reads the answer as the services write it.
func (o *ChatModelOutput) UnmarshalJSON(data []byte) error {
	var answer struct {
		Id                string      `json:"id"`
		Object            string      `json:"object"`
		Choices           []Choice    `json:"choices"`
		Created           *float64    `json:"created"`
		Model             string      `json:"model"`
		ServiceTier       ServiceTier `json:"service_tier"`
		SystemFingerprint string      `json:"system_fingerprint"`
		Usage             Usage       `json:"usage"`
	}
	extra, err := utils.JsonDeserializeWith(data, &answer)
	if err != nil {
		return err
	}
	*o = ChatModelOutput{
		Id:                answer.Id,
		Object:            answer.Object,
		Choices:           answer.Choices,
		Created:           unixTime(answer.Created),
		Model:             answer.Model,
		ServiceTier:       answer.ServiceTier,
		SystemFingerprint: answer.SystemFingerprint,
		Usage:             answer.Usage,
		Extra:             extra,
	}
	return nil
}

// UnmarshalJSON reads the choice as the services write it.
func (c *Choice) UnmarshalJSON(data []byte) (err error) {
	type plain Choice // the same without this method
	c.Extra, err = utils.JsonDeserializeWith(data, (*plain)(c))
	return err
}

// MarshalJSON gives the choice in the form that the services write.
func (c Choice) MarshalJSON() ([]byte, error) {
	type plain Choice
	return utils.JsonSerializeWith(plain(c), c.Extra)
}

// UnmarshalJSON reads the message as the services write it.
func (m *CompletionMessage) UnmarshalJSON(data []byte) (err error) {
	type plain CompletionMessage // the same without this method
	m.Extra, err = utils.JsonDeserializeWith(data, (*plain)(m))
	if delete(m.Extra, "role"); len(m.Extra) == 0 {
		m.Extra = nil
	}
	return err
}

// MarshalJSON gives the message in the form that the services write, without its role.
func (m CompletionMessage) MarshalJSON() ([]byte, error) {
	type plain CompletionMessage
	return utils.JsonSerializeWith(plain(m), m.Extra)
}

// UnmarshalJSON reads the audio as the services write it.
func (o *AudioOutput) UnmarshalJSON(data []byte) error {
	var answer struct {
		Id         string   `json:"id"`
		ExpiresAt  *float64 `json:"expires_at"`
		Data       []byte   `json:"data"`
		Transcript string   `json:"transcript"`
	}
	if err := json.Unmarshal(data, &answer); err != nil {
		return err
	}
	*o = AudioOutput{
		Id:         answer.Id,
		ExpiresAt:  unixTime(answer.ExpiresAt),
		Data:       answer.Data,
		Transcript: answer.Transcript,
	}
	return nil
}

// unixTime reads a time as the services write it: in seconds, some with a fraction.
func unixTime(seconds *float64) time.Time {
	if seconds == nil {
		return time.Time{}
	}
	return time.Unix(int64(*seconds), 0).UTC()
}
