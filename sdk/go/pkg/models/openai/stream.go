package openai

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/hypermodeinc/modus/sdk/go/pkg/models"
	"github.com/hypermodeinc/modus/sdk/go/pkg/stream"
)

// errCutOff is the error of a stream that ends without the model having finished.
var errCutOff = errors.New("the model's answer broke off before its end")

// ChatModelChunk is a part of an answer that comes as a stream.
type ChatModelChunk struct {
	// Id is the answer's own id.
	Id string `json:"id"`

	// Created is when the answer was begun, in seconds since 1970.
	Created float64 `json:"created"`

	// Model is the model that answers.
	Model string `json:"model"`

	// ServiceTier is the tier that serves the request. It may be empty.
	ServiceTier ServiceTier `json:"service_tier"`

	// SystemFingerprint stands for the configuration of the service.
	SystemFingerprint string `json:"system_fingerprint"`

	// Choices have what is new in each of the answers. There are none in the chunk with the usage.
	Choices []ChunkChoice `json:"choices"`

	// Usage counts the tokens. It is nil but in one of the last chunks.
	Usage *Usage `json:"usage"`
}

// ChunkChoice is what is new in one answer.
type ChunkChoice struct {
	// Index is the answer's place among the choices.
	Index int `json:"index"`

	// Delta is what is new.
	Delta Delta `json:"delta"`

	// FinishReason says why the answer ends, in its last chunk: "stop", "length", "content_filter" or
	// "tool_calls".
	FinishReason string `json:"finish_reason"`

	// Logprobs has the log probabilities of the new tokens, if the request asked for them.
	Logprobs Logprobs `json:"logprobs"`
}

// Delta is more of an answer. What there is nothing new of is empty.
type Delta struct {
	// Content is more of the text.
	Content string `json:"content"`

	// Refusal is more of what the model says to refuse the request.
	Refusal string `json:"refusal"`

	// ToolCalls are more of the tools that the model asks for.
	ToolCalls []ToolCallDelta `json:"tool_calls"`
}

// ToolCallDelta is more of a tool call. The first one of a call has its id and name.
type ToolCallDelta struct {
	// Index is the place of the call among the message's calls.
	Index int `json:"index"`

	ToolCall
}

// UnmarshalJSON reads the part of a call as the services write it.
func (d *ToolCallDelta) UnmarshalJSON(data []byte) error {
	var place struct {
		Index int `json:"index"`
	}
	if err := json.Unmarshal(data, &place); err != nil {
		return err
	}
	err := d.ToolCall.UnmarshalJSON(data)
	d.Index = place.Index
	if delete(d.Extra, "index"); len(d.Extra) == 0 {
		d.Extra = nil
	}
	return err
}

// Stream sends the input and gives the text of the answer piece by piece: of its first choice, if there
// are several. A function of the app can give the stream as its own.
func (m *ChatModel) Stream(input *ChatModelInput) stream.Of[string] {
	return func(yield func(string, error) bool) {
		for chunk, err := range m.StreamChunks(input) {
			if err != nil {
				yield("", err)
				return
			}
			for _, choice := range chunk.Choices {
				if choice.Index == 0 && choice.Delta.Content != "" && !yield(choice.Delta.Content, nil) {
					return
				}
			}
		}
	}
}

// StreamChunks sends the input and gives all that comes of the answer. AddChunk puts it together.
func (m *ChatModel) StreamChunks(input *ChatModelInput) stream.Of[*ChatModelChunk] {
	return func(yield func(*ChatModelChunk, error) bool) {
		streamed := *input
		streamed.isStreamed = true
		isWhole := false
		for event, err := range models.ReadEvents(m.chatModelBase.Stream(&streamed)) {
			if err != nil {
				yield(nil, err)
				return
			}
			if event.Data == "[DONE]" {
				isWhole = true
				continue
			}
			chunk, err := readChunk(event.Data)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, choice := range chunk.Choices {
				isWhole = isWhole || choice.FinishReason != ""
			}
			if !yield(chunk, nil) {
				return
			}
		}
		if !isWhole {
			yield(nil, errCutOff)
		}
	}
}

// readChunk reads an event, which of a service that does not stream is the whole answer.
func readChunk(data string) (*ChatModelChunk, error) {
	if err := findError([]byte(data)); err != nil {
		return nil, err
	}
	if chunk, ok := readPlainChunk(data); ok {
		return chunk, nil
	}
	chunk, err := readAnyChunk(data)
	if err != nil {
		return nil, fmt.Errorf("invalid response received from model invocation: %s", data)
	}
	return chunk, nil
}

func readAnyChunk(data string) (*ChatModelChunk, error) {
	var answer struct {
		ChatModelChunk
		Choices []struct {
			ChunkChoice
			Message *wholeMessage `json:"message"`
		} `json:"choices"`
	}
	if err := json.Unmarshal([]byte(data), &answer); err != nil {
		return nil, err
	}
	chunk := answer.ChatModelChunk
	for _, choice := range answer.Choices {
		choice.Delta.takeWhole(choice.Message)
		chunk.Choices = append(chunk.Choices, choice.ChunkChoice)
	}
	return &chunk, nil
}

// wholeMessage is what a service that does not stream gives in place of a Delta.
type wholeMessage struct {
	Content   string     `json:"content"`
	Refusal   string     `json:"refusal"`
	ToolCalls []ToolCall `json:"tool_calls"`
}

func (d *Delta) takeWhole(message *wholeMessage) {
	if message == nil {
		return
	}
	d.Content, d.Refusal = message.Content, message.Refusal
	for i, call := range message.ToolCalls {
		d.ToolCalls = append(d.ToolCalls, ToolCallDelta{i, call})
	}
}

// AddChunk adds a chunk of a stream to what has come of the answer before it:
//
//	output := &openai.ChatModelOutput{}
//	for chunk, err := range model.StreamChunks(input) {
//		if err != nil {
//			return err
//		}
//		output.AddChunk(chunk)
//	}
func (o *ChatModelOutput) AddChunk(chunk *ChatModelChunk) {
	if o.Object = "chat.completion"; chunk.Id != "" {
		o.Id = chunk.Id
	}
	if chunk.Model != "" {
		o.Model = chunk.Model
	}
	if chunk.ServiceTier != "" {
		o.ServiceTier = chunk.ServiceTier
	}
	if chunk.SystemFingerprint != "" {
		o.SystemFingerprint = chunk.SystemFingerprint
	}
	if chunk.Created != 0 {
		o.Created = time.Unix(int64(chunk.Created), 0).UTC()
	}
	if chunk.Usage != nil {
		o.Usage = *chunk.Usage
	}
	for i := range chunk.Choices {
		o.choice(chunk.Choices[i].Index).add(&chunk.Choices[i])
	}
}

// choice gives the choice of an index, in the order of which they are kept.
func (o *ChatModelOutput) choice(index int) *Choice {
	at := 0
	for at < len(o.Choices) && o.Choices[at].Index < index {
		at++
	}
	if at == len(o.Choices) || o.Choices[at].Index != index {
		o.Choices = append(o.Choices, Choice{})
		copy(o.Choices[at+1:], o.Choices[at:])
		o.Choices[at] = Choice{Index: index}
	}
	return &o.Choices[at]
}

func (c *Choice) add(chunk *ChunkChoice) {
	if chunk.FinishReason != "" {
		c.FinishReason = chunk.FinishReason
	}
	c.Message.Content += chunk.Delta.Content
	c.Message.Refusal += chunk.Delta.Refusal
	c.Logprobs.Content = append(c.Logprobs.Content, chunk.Logprobs.Content...)
	for _, call := range chunk.Delta.ToolCalls {
		c.Message.addCall(call)
	}
}

// addCall adds to a call. Indices begin at 0; one that is beyond the next is that of the next.
func (m *CompletionMessage) addCall(more ToolCallDelta) {
	if more.Index < 0 || more.Index >= len(m.ToolCalls) {
		if more.Type == "" {
			more.Type = functionType
		}
		m.ToolCalls = append(m.ToolCalls, more.ToolCall)
		return
	}
	call := &m.ToolCalls[more.Index]
	call.Function.Arguments += more.Function.Arguments
	if call.Id == "" {
		call.Id = more.Id
	}
	if call.Function.Name == "" {
		call.Function.Name = more.Function.Name
	}
	for name, value := range more.Extra {
		if call.Extra == nil {
			call.Extra = Extra{}
		}
		call.Extra[name] = value
	}
}
