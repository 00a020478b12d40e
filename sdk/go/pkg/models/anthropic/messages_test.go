//go:build !wasip1

package anthropic_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/hypermodeinc/modus/sdk/go/pkg/models"
	"github.com/hypermodeinc/modus/sdk/go/pkg/models/anthropic"
	"github.com/hypermodeinc/modus/sdk/go/pkg/utils"
)

func expectJson(t *testing.T, value any, expected string) {
	t.Helper()
	text, err := utils.JsonSerialize(value)
	if err != nil {
		t.Fatal(err)
	}
	var got, want any
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(expected), &want); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("expected %s, got %s", expected, text)
	}
}

func newInput(t *testing.T, messages ...*anthropic.Message) *anthropic.MessagesModelInput {
	t.Helper()
	model, err := models.GetModel[anthropic.MessagesModel]("Claude")
	if err != nil {
		t.Fatal(err)
	}
	input, err := model.CreateInput(messages...)
	if err != nil {
		t.Fatal(err)
	}
	return input
}

func TestAFreshRequestHasOnlyModelAndMessages(t *testing.T) {
	input := newInput(t, anthropic.NewUserMessage(anthropic.StringContent("1 < 2")))
	if input.Temperature != 1 {
		t.Errorf("got the temperature %v", input.Temperature)
	}
	expectJson(t, input, `{"model":"Claude-mock-model","messages":[{"role":"user","content":"1 < 2"}]}`)
}

func TestEveryFieldIsSent(t *testing.T) {
	input := newInput(t)
	input.MaxTokens = 100
	input.Metadata = &anthropic.Metadata{UserId: "u"}
	input.StopSequences = []string{"END"}
	input.System = "brief"
	input.Temperature = 0
	input.ToolChoice = anthropic.ToolChoiceTool("now")
	input.Tools = []*anthropic.Tool{{Name: "now", InputSchema: `{"type": "object"}`, Description: "The time"}, {Name: "x"}}
	input.TopK = 5
	input.TopP = 0.5
	expected := `{"model":"Claude-mock-model","messages":null,"max_tokens":100,"metadata":{"user_id":"u"},
		"stop_sequences":["END"],"system":"brief","temperature":0,"tool_choice":{"type":"tool","name":"now"},
		"tools":[{"name":"now","input_schema":{"type":"object"},"description":"The time"},{"name":"x","input_schema":null}],
		"top_k":5,"top_p":0.5}`
	expectJson(t, input, expected)
	expectJson(t, *input, expected)
}

func TestToolChoices(t *testing.T) {
	expectJson(t, anthropic.ToolChoiceAuto, `{"type":"auto"}`)
	expectJson(t, anthropic.ToolChoiceAny, `{"type":"any"}`)
	expectJson(t, anthropic.ToolChoice{Type: "any", DisableParallelToolUse: true},
		`{"type":"any","disable_parallel_tool_use":true}`)
}

func TestContentBlocks(t *testing.T) {
	message := anthropic.NewUserMessage(anthropic.Contents{
		anthropic.TextContentBlock(""),
		anthropic.ToolUseContentBlock("t1", "now", `{"a": 1}`),
		anthropic.ToolResultContentBlock("t1", "noon", false),
	})
	expectJson(t, message, `{"role":"user","content":[{"type":"text","text":""},
		{"type":"tool_use","id":"t1","name":"now","input":{"a":1}},
		{"type":"tool_result","tool_use_id":"t1","content":"noon","is_error":false}]}`)
}

func TestTheAnswerCanBeSentBack(t *testing.T) {
	var output anthropic.MessagesModelOutput
	content := `[{"type":"text","text":"Let me see."},{"type":"tool_use","id":"t1","name":"now","input":{"zone":"Europe/Oslo"}}]`
	err := utils.JsonDeserialize([]byte(`{"id":"m1","type":"message","role":"assistant","model":"claude","stop_reason":"tool_use",
		"stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":4,"cache":1},"content":`+content+`}`), &output)
	if err != nil {
		t.Fatal(err)
	}
	expectJson(t, anthropic.Message{Role: output.Role, Content: anthropic.Contents(output.Content)},
		`{"role":"assistant","content":`+content+`}`)
	if input := *output.Content[1].Input; input != `{"zone":"Europe/Oslo"}` {
		t.Errorf("got the input %s", input)
	}
	output.Content = nil
	expected := anthropic.MessagesModelOutput{
		Id: "m1", Type: "message", Role: "assistant", Model: "claude", StopReason: "tool_use",
		Usage: anthropic.Usage{InputTokens: 3, OutputTokens: 4},
	}
	if !reflect.DeepEqual(output, expected) {
		t.Errorf("got %+v", output)
	}
}

func TestTheRequestIsWhatTheHostGets(t *testing.T) {
	model, err := models.GetModel[anthropic.MessagesModel]("Claude")
	if err != nil {
		t.Fatal(err)
	}
	input, _ := model.CreateInput()
	if _, err := model.Invoke(input); err != nil {
		t.Fatal(err)
	}
	if got := *models.InvokeModelCallStack.Pop()[1].(*string); got != `{"model":"Claude-mock-model","messages":null}` {
		t.Errorf("got %s", got)
	}
}
