//go:build !wasip1

package openai_test

import (
	"testing"

	"github.com/hypermodeinc/modus/sdk/go/pkg/models/openai"
)

func chunk(t *testing.T, index int, delta string) *openai.ChatModelChunk {
	t.Helper()
	var c openai.ChunkChoice
	if err := unmarshal(`{"delta":`+delta+`}`, &c); err != nil {
		t.Fatal(err)
	}
	c.Index = index
	return &openai.ChatModelChunk{Choices: []openai.ChunkChoice{c}}
}

func TestChunksBecomeAnAnswer(t *testing.T) {
	output := &openai.ChatModelOutput{}
	for _, each := range []*openai.ChatModelChunk{
		{Id: "x", Model: "m", Created: 1700000000, ServiceTier: "default", SystemFingerprint: "fp"},
		chunk(t, 1, `{"content":"se"}`),
		chunk(t, 0, `{"content":"fir","role":"assistant"}`),
		chunk(t, 1, `{"content":"cond"}`),
		chunk(t, 0, `{"content":"st","refusal":"no"}`),
		{Choices: []openai.ChunkChoice{{Index: 0, FinishReason: "stop"}, {Index: 1, FinishReason: "length"}}},
		{Usage: &openai.Usage{TotalTokens: 3}},
	} {
		output.AddChunk(each)
	}
	expectJson(t, output.Choices[0].Message, `{"content":"first","refusal":"no"}`)
	expectJson(t, output.Choices[1].Message, `{"content":"second"}`)
	if output.Choices[1].FinishReason != "length" || output.Usage.TotalTokens != 3 || output.Created.Unix() != 1700000000 {
		t.Errorf("got %+v", output)
	}
}

func TestToolCallsArePutTogether(t *testing.T) {
	output := &openai.ChatModelOutput{}
	for _, delta := range []string{
		`{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":""},"note":1}]}`,
		`{"tool_calls":[{"index":0,"function":{"arguments":"{\"x\""}},{"index":1,"id":"b","function":{"name":"g"}}]}`,
		`{"tool_calls":[{"index":0,"function":{"arguments":":1}"},"more":2},{"index":1,"function":{"arguments":"{}"}}]}`,
	} {
		output.AddChunk(chunk(t, 0, delta))
	}
	expectJson(t, output.Choices[0].Message.ToolCalls, `[
		{"id":"a","type":"function","function":{"name":"f","arguments":"{\"x\":1}"},"note":1,"more":2},
		{"id":"b","type":"function","function":{"name":"g","arguments":"{}"}}]`)
}

func TestIndicesOfToolCallsMayBeAnything(t *testing.T) {
	output := &openai.ChatModelOutput{}
	for _, index := range []string{"7", "-1", "1000000000"} {
		output.AddChunk(chunk(t, 0, `{"tool_calls":[{"index":`+index+`,"id":"c`+index+`","function":{"name":"f"}}]}`))
	}
	if count := len(output.Choices[0].Message.ToolCalls); count != 3 {
		t.Errorf("there are %d calls", count)
	}
}
