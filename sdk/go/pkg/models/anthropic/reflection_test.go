//go:build !wasip1

package anthropic_test

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/hypermodeinc/modus/sdk/go/pkg/internal/jsontext"
	"github.com/hypermodeinc/modus/sdk/go/pkg/internal/randomjson"
	"github.com/hypermodeinc/modus/sdk/go/pkg/models/anthropic"
	"github.com/hypermodeinc/modus/sdk/go/pkg/utils"
)

type dice struct{ *rand.Rand }

func pick[T any](d dice, values ...T) T { return values[d.IntN(len(values))] }

func some[T any](d dice, make func() T) []T {
	list := []T{}
	for range d.IntN(3) {
		list = append(list, make())
	}
	return pick(d, list, list, list, nil)
}

func (d dice) text() string { return pick(d, "", "a", `"<b>" \\ é`, "\n\u2028\xff") }

func (d dice) number() float64 { return pick(d, 0, 1, 0.7, 1e-9) }

func (d dice) raw() utils.RawJsonString {
	return pick[utils.RawJsonString](d, "", "1.50", ` { "a" : [ 1, "<b>" ] } `)
}

func (d dice) extra() anthropic.Extra {
	extra := anthropic.Extra{pick(d, "type", "name", "x", "<é"): d.raw(), "source": d.raw()}
	return pick(d, nil, nil, extra)
}

func (d dice) block() anthropic.ContentBlock {
	block := pick(d, anthropic.TextContentBlock(d.text()), anthropic.ToolUseContentBlock(d.text(), d.text(), d.raw()),
		anthropic.ToolResultContentBlock(d.text(), d.text(), d.IntN(2) == 0), anthropic.ContentBlock{})
	block.Extra = d.extra()
	return block
}

func (d dice) message() *anthropic.Message {
	content := pick[anthropic.Content](d, anthropic.StringContent(d.text()), anthropic.Contents(some(d, d.block)))
	return pick(d, nil, &anthropic.Message{Role: d.text(), Content: content}, anthropic.NewUserMessage(content))
}

func (d dice) tool() *anthropic.Tool {
	tool := &anthropic.Tool{Name: d.text(), InputSchema: d.raw(), Description: d.text(), Extra: d.extra()}
	return pick(d, nil, tool, tool)
}

func (d dice) input() *anthropic.MessagesModelInput {
	choice := &anthropic.ToolChoice{Type: d.text(), Name: d.text(), DisableParallelToolUse: d.IntN(2) == 0}
	return &anthropic.MessagesModelInput{
		Model:         d.text(),
		Messages:      some(d, d.message),
		MaxTokens:     d.IntN(2),
		Metadata:      pick(d, nil, &anthropic.Metadata{UserId: d.text()}),
		StopSequences: some(d, d.text),
		System:        d.text(),
		Temperature:   d.number(),
		ToolChoice:    pick(d, nil, choice),
		Tools:         some(d, d.tool),
		TopK:          d.IntN(2),
		TopP:          d.number(),
		Extra:         d.extra(),
	}
}

func TestRequestsAreWrittenAsByReflection(t *testing.T) {
	for seed := range uint64(10000) {
		input := dice{rand.New(rand.NewPCG(seed, 7))}.input()
		want, err := utils.JsonSerialize(*input) // only a pointer is written without it
		if err != nil {
			t.Fatalf("%d: %v", seed, err)
		}
		if got, ok := jsontext.Write(input); !ok || !randomjson.SameText(string(got), string(want)) {
			t.Fatalf("%d: %s is written %s, %v", seed, want, got, ok)
		}
	}
}

var answers = randomjson.Forms{
	"answer": {
		"id": "text", "type": "text", "role": "text", "content": "list of block", "model": "text",
		"stop_reason": "text", "stop_sequence": "text", "usage": "usage",
	},
	"block": {
		"type": "text", "text": "text", "id": "text", "name": "text", "input": "any", "tool_use_id": "text",
		"is_error": "truth", "content": "text", "citations": "any",
	},
	"usage": {
		"input_tokens": "number", "output_tokens": "number", "cache_creation_input_tokens": "number",
		"cache_read_input_tokens": "number", "service_tier": "text",
	},
}

func TestAnswersAreReadAsByReflection(t *testing.T) {
	randomjson.Check[anthropic.MessagesModelOutput](t, answers, "answer")
	usual := `{"id":"m","type":"message","role":"assistant","model":"claude","stop_reason":"tool_use","stop_sequence":null,
		"content":[{"type":"text","text":"Hm"},{"type":"tool_use","id":"t","name":"now","input":{"Zone":"é"}}],
		"usage":{"input_tokens":1,"output_tokens":2,"cache_creation":{"ephemeral_5m_input_tokens":0}}}`
	if !randomjson.ReadsAlike[anthropic.MessagesModelOutput](t, usual) {
		t.Error("the usual form is declined")
	}
}

func TestAnAnswerIsReadIntoAnObjectThatHasSomeAlready(t *testing.T) {
	output := anthropic.MessagesModelOutput{Id: "a", Role: "b"}
	if err := utils.JsonDeserialize([]byte(`{"role":"c"}`), &output); err != nil {
		t.Fatal(err)
	}
	if want := (anthropic.MessagesModelOutput{Id: "a", Role: "c"}); !reflect.DeepEqual(output, want) {
		t.Errorf("got %+v", output)
	}
}
