//go:build !wasip1

package openai_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/hypermodeinc/modus/sdk/go/pkg/models/openai"
)

func readOutput(t *testing.T, text string) openai.ChatModelOutput {
	t.Helper()
	var output openai.ChatModelOutput
	if err := json.Unmarshal([]byte(text), &output); err != nil {
		t.Fatal(err)
	}
	return output
}

func TestOutputIsReadAsTheServicesWriteIt(t *testing.T) {
	output := readOutput(t, `{"id":"x1","object":"chat.completion","created":1700000000,"model":"gpt","service_tier":"default",
		"system_fingerprint":"fp","unknown":[1],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3},
		"choices":[{"index":0,"finish_reason":"tool_calls","message":{"role":"assistant","content":null,"refusal":null,
		"tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}}]},
		"logprobs":{"content":[{"token":"é","logprob":-0.5,"bytes":[195,169],"top_logprobs":[{"token":"e","logprob":-1,"bytes":null}]}]}},
		{"index":1,"finish_reason":"stop","message":{"content":"hi"},"logprobs":null}]}`)
	expected := openai.ChatModelOutput{
		Id:      "x1",
		Object:  "chat.completion",
		Created: time.Date(2023, 11, 14, 22, 13, 20, 0, time.UTC),
		Model:   "gpt", ServiceTier: openai.ServiceTierDefault, SystemFingerprint: "fp",
		Usage: openai.Usage{PromptTokens: 1, CompletionTokens: 2, TotalTokens: 3},
		Choices: []openai.Choice{
			{
				FinishReason: "tool_calls",
				Message:      openai.CompletionMessage{ToolCalls: []openai.ToolCall{openai.NewToolCall("c1", "f", "{}")}},
				Logprobs: openai.Logprobs{Content: []openai.LogprobsContent{{
					LogprobsContentObject: openai.LogprobsContentObject{Token: "é", Logprob: -0.5, Bytes: []byte("é")},
					TopLogprobs:           []openai.LogprobsContentObject{{Token: "e", Logprob: -1}},
				}}},
			},
			{Index: 1, FinishReason: "stop", Message: openai.CompletionMessage{Content: "hi"}},
		},
		Extra: openai.Extra{"unknown": "[1]"},
	}
	if !reflect.DeepEqual(output, expected) {
		t.Errorf("expected %+v, got %+v", expected, output)
	}
}

func TestTimesMayBeMissingOrHaveAFraction(t *testing.T) {
	for text, expected := range map[string]time.Time{
		`{}`:                       {},
		`{"created":null}`:         {},
		`{"created":0}`:            time.Unix(0, 0).UTC(),
		`{"created":1700000000.7}`: time.Unix(1700000000, 0).UTC(),
	} {
		if created := readOutput(t, text).Created; created != expected {
			t.Errorf("expected %v for %s, got %v", expected, text, created)
		}
	}
}

func TestAudioOutput(t *testing.T) {
	output := readOutput(t, `{"choices":[{"message":{"audio":{"id":"a1","expires_at":1700000000,"data":"AQL/","transcript":"hi"}}}]}`)
	expected := &openai.AudioOutput{
		Id: "a1", ExpiresAt: time.Unix(1700000000, 0).UTC(), Data: []byte{1, 2, 255}, Transcript: "hi",
	}
	if audio := output.Choices[0].Message.Audio; !reflect.DeepEqual(audio, expected) {
		t.Errorf("expected %+v, got %+v", expected, audio)
	}
}

func TestOutputOfAnotherFormIsAnError(t *testing.T) {
	for _, text := range []string{`[]`, `{"choices":{}}`, `{"created":"now"}`, `{"choices":[{"message":{"audio":{"data":1}}}]}`} {
		var output openai.ChatModelOutput
		if err := json.Unmarshal([]byte(text), &output); err == nil {
			t.Errorf("no error for %s", text)
		}
	}
}

func TestACompletionMessageHasNoRoleInItsJson(t *testing.T) {
	expectJson(t, openai.CompletionMessage{Content: "a"}, `{"content":"a"}`)
}
