//go:build !wasip1

package openai_test

import (
	"testing"

	"github.com/hypermodeinc/modus/sdk/go/pkg/models/openai"
)

func TestAToolCollectsItsParametersInOrder(t *testing.T) {
	tool := openai.NewToolForFunction("weather", `Weather of a "city"`).
		WithParameter("town", "string", `Name, such as "Oslo" <br>`).
		WithParameter("days", "integer", "1 to 7")
	expectJsonText(t, tool, `{"type":"function","function":{"name":"weather","description":"Weather of a \"city\"","parameters":`+
		`{"type":"object","properties":{"town":{"type":"string","description":"Name, such as \"Oslo\" <br>"},`+
		`"days":{"type":"integer","description":"1 to 7"}},"required":["town","days"],"additionalProperties":false}}}`)
}

func TestWithParameterLeavesTheToolUnchanged(t *testing.T) {
	common := openai.NewToolForFunction("f", "").WithParameter("a", "string", "").WithParameter("b", "string", "").
		WithParameter("c", "string", "")
	first := common.WithParameter("x", "string", "")
	second := common.WithParameter("y", "string", "")
	again := first.WithParameter("z", "string", "")

	required := func(tool openai.Tool) any {
		schema := decode(t, string(tool.Function.Parameters)).(map[string]any)
		return schema["required"]
	}
	expectJson(t, required(common), `["a","b","c"]`)
	expectJson(t, required(first), `["a","b","c","x"]`)
	expectJson(t, required(second), `["a","b","c","y"]`)
	expectJson(t, required(again), `["a","b","c","x","z"]`)
}

func TestASchemaReplacesTheParameters(t *testing.T) {
	tool := openai.NewToolForFunction("f", "").WithParameter("a", "string", "").WithParametersSchema(`{"type": "object"}`)
	expectJson(t, tool, `{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}`)
}

func TestAToolCanBeFilledInByHand(t *testing.T) {
	tool := openai.NewTool()
	tool.Function = openai.FunctionDefinition{Name: "f", Strict: true}
	expectJson(t, tool, `{"type":"function","function":{"name":"f","strict":true}}`)
}

func TestToolCall(t *testing.T) {
	expectJson(t, openai.NewToolCall("c1", "f", `{"a":1}`),
		`{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}`)
}
