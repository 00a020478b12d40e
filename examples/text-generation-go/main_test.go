package main

import (
	"encoding/json"
	"testing"

	"github.com/hypermodeinc/modus/sdk/go/pkg/models"
	"github.com/hypermodeinc/modus/sdk/go/pkg/models/openai"
)

func call(name, arguments string) openai.ToolCall {
	return openai.ToolCall{Function: openai.FunctionCall{Name: name, Arguments: arguments}}
}

func TestTools(t *testing.T) {
	if got := runTool(call("getStock", `{"product": "Pear"}`)); got != 12 {
		t.Errorf("there are %v pears", got)
	}
	for _, wrong := range []openai.ToolCall{call("getStock", "pear"), call("getPrice", "{}")} {
		if _, isError := runTool(wrong).(error); !isError {
			t.Errorf("%v is no error", wrong)
		}
	}
}

// The SDK's stand-in for the model keeps what it is asked.
func TestTheModelIsToldOfTheTool(t *testing.T) {
	if _, err := AskShop("How many pears?"); err == nil {
		t.Error("an answer without choices is an error")
	}
	asked := *models.InvokeModelCallStack.Pop()[1].(*string)
	var input struct {
		Tools []struct{ Function struct{ Name string } }
	}
	if err := json.Unmarshal([]byte(asked), &input); err != nil {
		t.Fatal(err)
	}
	if len(input.Tools) != 1 || input.Tools[0].Function.Name != "getStock" {
		t.Errorf("the model was asked %s", asked)
	}
}
