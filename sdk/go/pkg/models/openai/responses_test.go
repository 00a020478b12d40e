//go:build !wasip1

package openai_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/hypermodeinc/modus/sdk/go/pkg/models"
	"github.com/hypermodeinc/modus/sdk/go/pkg/models/openai"
)

func unmarshal(text string, v any) error { return json.Unmarshal([]byte(text), v) }

func TestARequestToTheResponsesApi(t *testing.T) {
	model, err := models.GetModel[openai.ResponsesModel]("GPT")
	if err != nil {
		t.Fatal(err)
	}
	input, _ := model.CreateInput(openai.NewResponsesUserMessage(openai.TextContent("")))
	expectJsonText(t, input, `{"model":"gpt-mock-model","input":[{"type":"message","role":"user","content":[{"type":"input_text","text":""}]}]}`)
	input.ToolChoice = &openai.ResponsesToolChoice{Type: "function", Name: "f"}
	input.Input = []openai.ResponsesItem{openai.NewFunctionCallOutput("c", errors.New("<no>"))}
	store, warm := false, 0.0
	input.Store, input.Temperature = &store, &warm
	expectJson(t, input, `{"model":"gpt-mock-model","store":false,"temperature":0,"tool_choice":{"type":"function","name":"f"},
		"input":[{"type":"function_call_output","call_id":"c","output":"<no>"}]}`)
}

func TestItemsOfAnAnswerComeBackAsTheyWere(t *testing.T) {
	for _, text := range []string{
		`{"type":"reasoning","id":"r","summary":[],"encrypted_content":"x"}`,
		`{"type":"message","id":"m","status":"completed","role":"assistant","content":[
			{"type":"output_text","text":"","annotations":[{"a":1}]},{"type":"refusal","refusal":"no"},{"type":"new","x":null}]}`,
		`{"type":"function_call","id":"f","status":"completed","call_id":"c","name":"f","arguments":""}`,
		`{"type":"web_search_call","id":"w","action":{"query":"<a>"}}`,
	} {
		var item openai.ResponsesItem
		if err := unmarshal(text, &item); err != nil {
			t.Fatal(err)
		}
		expectJson(t, item, text)
	}
}

func TestTheTextAndTheCallsOfAnAnswer(t *testing.T) {
	var output openai.ResponsesModelOutput
	err := unmarshal(`{"output":[{"type":"message","content":[{"type":"output_text","text":"a"},{"type":"refusal","refusal":"x"}]},
		{"type":"function_call","name":"f"},{"type":"message","content":[{"type":"output_text","text":"b"}]}],"error":null}`, &output)
	if err != nil {
		t.Fatal(err)
	}
	if output.Text() != "ab" || len(output.Calls()) != 1 || output.Calls()[0].Name != "f" {
		t.Errorf("got %+v", output)
	}
}
