//go:build !wasip1

package openai_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/hypermodeinc/modus/sdk/go/pkg/models"
	"github.com/hypermodeinc/modus/sdk/go/pkg/models/openai"
)

func embeddingsModel(t *testing.T) *openai.EmbeddingsModel {
	t.Helper()
	model, err := models.GetModel[openai.EmbeddingsModel]("Vec")
	if err != nil {
		t.Fatal(err)
	}
	return model
}

func TestEmbeddingsInputTakesTextsAndTokens(t *testing.T) {
	for _, c := range []struct {
		content  any
		expected string
	}{
		{"a", `"a"`},
		{[]string{"a", "b"}, `["a","b"]`},
		{[]int{1}, `[1]`}, {[]int8{1}, `[1]`}, {[]int16{1}, `[1]`}, {[]int32{1}, `[1]`}, {[]int64{1}, `[1]`},
		{[]uint{1}, `[1]`}, {[]uint8{1, 2}, `[1,2]`}, {[]uint16{1}, `[1]`}, {[]uint32{1}, `[1]`}, {[]uint64{1}, `[1]`},
		{[][]int{{1}}, `[[1]]`}, {[][]int8{{1}}, `[[1]]`}, {[][]int16{{1}}, `[[1]]`}, {[][]int32{{1}}, `[[1]]`},
		{[][]int64{{1}}, `[[1]]`}, {[][]uint{{1}}, `[[1]]`}, {[][]uint8{{1, 2}, {3}}, `[[1,2],[3]]`},
		{[][]uint16{{1}}, `[[1]]`}, {[][]uint32{{1}}, `[[1]]`}, {[][]uint64{{1}}, `[[1]]`},
	} {
		input, err := embeddingsModel(t).CreateInput(c.content)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(input.Input, c.content) {
			t.Errorf("expected the input %v, got %v", c.content, input.Input)
		}
		expectJson(t, input, `{"model":"vec-mock-model","input":`+c.expected+`}`)
	}
}

func TestEmbeddingsInputRefusesOtherContent(t *testing.T) {
	type tokens []int
	for text, content := range map[string]any{
		"invalid embedding content type: float64":            1.5,
		"invalid embedding content type: openai_test.tokens": tokens{1},
		"invalid embedding content type: <nil>":              nil,
	} {
		if _, err := embeddingsModel(t).CreateInput(content); err == nil || err.Error() != text {
			t.Errorf("expected %q, got %v", text, err)
		}
	}
}

func TestEmbeddingsInputHasAllFields(t *testing.T) {
	input := openai.EmbeddingsModelInput{
		Model: "m", Input: "a<b", EncodingFormat: openai.EncodingFormatFloat, Dimensions: 8, User: "u",
	}
	expectJsonText(t, input, `{"model":"m","input":"a<b","encoding_format":"float","dimensions":8,"user":"u"}`)
}

func TestEmbeddingsOutput(t *testing.T) {
	var output openai.EmbeddingsModelOutput
	text := `{"object":"list","model":"m","usage":{"prompt_tokens":2,"total_tokens":2},` +
		`"data":[{"object":"embedding","index":1,"embedding":[0.5,-1]}]}`
	if err := json.Unmarshal([]byte(text), &output); err != nil {
		t.Fatal(err)
	}
	expected := openai.EmbeddingsModelOutput{
		Object: "list", Model: "m", Usage: openai.Usage{PromptTokens: 2, TotalTokens: 2},
		Data: []openai.Embedding{{Object: "embedding", Index: 1, Embedding: []float32{0.5, -1}}},
	}
	if !reflect.DeepEqual(output, expected) {
		t.Errorf("got %+v", output)
	}
}
