//go:build !wasip1

package openai_test

import (
	"encoding/json"
	"testing"

	"github.com/hypermodeinc/modus/sdk/go/pkg/models"
	"github.com/hypermodeinc/modus/sdk/go/pkg/models/openai"
)

func TestAFreshRequestHasOnlyModelAndMessages(t *testing.T) {
	input := chatInput(t, openai.NewUserMessage("Hi"))
	expectJsonText(t, input, `{"model":"gpt-mock-model","messages":[{"role":"user","content":"Hi"}]}`)
	expectJson(t, chatInput(t), `{"model":"gpt-mock-model","messages":null}`)
}

func TestCreateInputSetsTheDefaults(t *testing.T) {
	input := chatInput(t)
	if input.Temperature != 1 || input.TopP != 1 || !input.ParallelToolCalls || input.ResponseFormat.Type != "text" {
		t.Errorf("got %+v", input)
	}
}

func TestCreateInputWorksWithoutAModelsInfo(t *testing.T) {
	input, err := new(openai.ChatModel).CreateInput()
	if err != nil || input.Model != "" {
		t.Errorf("got %+v, %v", input, err)
	}
}

func TestARequestMadeByHandSendsItsZeros(t *testing.T) {
	expectJson(t, openai.ChatModelInput{}, `{"model":"","messages":null,"temperature":0,"top_p":0}`)
}

func TestEveryFieldIsSent(t *testing.T) {
	input := chatInput(t)
	input.FrequencyPenalty = 0.5
	input.LogitBias = map[string]float64{"50256": -100}
	input.Logprobs = true
	input.TopLogprobs = 3
	input.MaxTokens = 10
	input.MaxCompletionTokens = 20
	input.N = 2
	input.PresencePenalty = -0.5
	input.ResponseFormat = openai.ResponseFormatJson
	input.Seed = 42
	input.ServiceTier = openai.ServiceTierAuto
	input.Stop = []string{"END"}
	input.Temperature = 0
	input.TopP = 0
	input.Tools = []openai.Tool{openai.NewToolForFunction("now", "The time")}
	input.ToolChoice = openai.ToolChoiceRequired
	input.ParallelToolCalls = false
	input.User = "u<1>"
	input.RequestAudioOutput("alloy", "wav")
	expected := `{"model":"gpt-mock-model","messages":null,"modalities":["text","audio"],` +
		`"audio":{"voice":"alloy","format":"wav"},"frequency_penalty":0.5,"logit_bias":{"50256":-100},` +
		`"logprobs":true,"top_logprobs":3,"max_tokens":10,"max_completion_tokens":20,"n":2,"presence_penalty":-0.5,` +
		`"response_format":{"type":"json_object"},"seed":42,"service_tier":"auto","stop":["END"],"temperature":0,"top_p":0,` +
		`"tools":[{"type":"function","function":{"name":"now","description":"The time"}}],"tool_choice":"required",` +
		`"parallel_tool_calls":false,"user":"u<1>"}`
	expectJsonText(t, input, expected)
	expectJsonText(t, *input, expected)
}

func TestParallelToolCallsAreSentOnlyToForbidThem(t *testing.T) {
	input := chatInput(t)
	input.ParallelToolCalls = false
	expectJson(t, input, `{"model":"gpt-mock-model","messages":null}`)

	input.Tools = []openai.Tool{openai.NewTool()}
	input.ParallelToolCalls = true
	expectJson(t, input, `{"model":"gpt-mock-model","messages":null,"tools":[{"type":"function","function":{"name":""}}]}`)
}

func TestResponseFormats(t *testing.T) {
	expectJson(t, openai.ResponseFormatText, `{"type":"text"}`)
	expectJson(t, openai.ResponseFormatJson, `{"type":"json_object"}`)
	expectJson(t, openai.ResponseFormatJsonSchema(`{"name": "x", "schema": {"type": "object"}}`),
		`{"type":"json_schema","json_schema":{"name":"x","schema":{"type":"object"}}}`)
	if _, err := json.Marshal(openai.ResponseFormatJsonSchema(`{"name`)); err == nil {
		t.Error("a schema that is no JSON was written")
	}
}

func TestToolChoices(t *testing.T) {
	expectJson(t, openai.ToolChoiceNone, `"none"`)
	expectJson(t, openai.ToolChoiceAuto, `"auto"`)
	expectJson(t, openai.ToolChoiceRequired, `"required"`)
	expectJson(t, openai.ToolChoiceFunction("now"), `{"type":"function","function":{"name":"now"}}`)
}

func TestAudioParameters(t *testing.T) {
	expectJson(t, openai.NewAudioParameters("echo", "mp3"), `{"voice":"echo","format":"mp3"}`)
}

func TestTheRequestIsWhatTheHostGets(t *testing.T) {
	model := chatModel(t)
	input, err := model.CreateInput(openai.NewSystemMessage("a < b"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := model.Invoke(input); err != nil {
		t.Fatal(err)
	}
	call := models.InvokeModelCallStack.Pop()
	expected := `{"model":"gpt-mock-model","messages":[{"role":"system","content":"a < b"}]}`
	if got := *call[1].(*string); got != expected {
		t.Errorf("expected %s, got %s", expected, got)
	}
}
