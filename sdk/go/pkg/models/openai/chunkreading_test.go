//go:build !wasip1

package openai

import (
	"testing"

	"github.com/hypermodeinc/modus/sdk/go/pkg/internal/jsontext"
	"github.com/hypermodeinc/modus/sdk/go/pkg/internal/randomjson"
)

// eitherWay is a chunk that is read with or without reflection.
type eitherWay struct{ chunk *ChatModelChunk }

func (e *eitherWay) ReadJSON(r *jsontext.Reader) {
	chunk := &ChatModelChunk{}
	if chunk.read(r); !r.Declined() {
		e.chunk = chunk
	}
}

func (e *eitherWay) UnmarshalJSON(data []byte) (err error) {
	e.chunk, err = readAnyChunk(string(data))
	return err
}

func TestChunksAreReadAsByReflection(t *testing.T) {
	randomjson.Check[eitherWay](t, randomjson.Forms{
		"chunk": {
			"id": "text", "object": "text", "choices": "list of choice", "created": "number", "model": "text",
			"service_tier": "text", "system_fingerprint": "text", "usage": "usage",
		},
		"choice":   {"index": "number", "delta": "delta", "finish_reason": "text", "logprobs": "logprobs", "message": "delta"},
		"delta":    {"role": "text", "content": "text", "refusal": "text", "tool_calls": "list of call"},
		"call":     {"index": "number", "id": "text", "type": "text", "function": "function"},
		"function": {"name": "text", "arguments": "text"},
		"logprobs": {"content": "list of token"},
		"token":    {"token": "text", "logprob": "number", "bytes": "list of number", "top_logprobs": "list of token"},
		"usage":    {"prompt_tokens": "number", "total_tokens": "number"},
	}, "chunk")
}

func TestUsualChunksAreReadWithoutReflection(t *testing.T) {
	for _, text := range []string{
		`{"id":"x","object":"chat.completion.chunk","created":1700000000,"model":"gpt","system_fingerprint":null,
		"choices":[{"index":0,"delta":{"role":"assistant","content":"Hi","refusal":null},"logprobs":null,"finish_reason":null}]}`,
		`{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"c","type":"function","function":{"name":"f","arguments":""}}]}}]}`,
		`{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}`,
		`{"choices":[{"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}]}`,
	} {
		if !randomjson.ReadsAlike[eitherWay](t, text) {
			t.Errorf("%s is declined", text)
		}
	}
}

func TestAStreamedRequestIsWrittenAsByReflection(t *testing.T) {
	input, err := new(ChatModel).CreateInput(NewUserMessage("Hi"))
	if err != nil {
		t.Fatal(err)
	}
	input.isStreamed = true
	want, err := input.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := jsontext.Write(input); !ok || string(got) != string(want) {
		t.Errorf("%s is written %s, %v", want, got, ok)
	}
}
