//go:build !wasip1

package experimental_test

import (
	"reflect"
	"testing"

	"github.com/hypermodeinc/modus/sdk/go/pkg/internal/jsontext"
	"github.com/hypermodeinc/modus/sdk/go/pkg/internal/randomjson"
	"github.com/hypermodeinc/modus/sdk/go/pkg/models/experimental"
	"github.com/hypermodeinc/modus/sdk/go/pkg/utils"
)

func TestRequestsAreWrittenAsByReflection(t *testing.T) {
	for _, texts := range [][]string{nil, {}, {"", "<é\n"}} {
		for value, pointer := range map[any]any{
			&struct {
				experimental.EmbeddingsModelInput
			}{experimental.EmbeddingsModelInput{Instances: texts}}: &experimental.EmbeddingsModelInput{Instances: texts},
			&struct {
				experimental.ClassificationModelInput
			}{experimental.ClassificationModelInput{Instances: texts}}: &experimental.ClassificationModelInput{Instances: texts},
		} {
			want, err := utils.JsonSerialize(value) // which only embeds it
			if err != nil {
				t.Fatal(err)
			}
			if got, ok := jsontext.Write(pointer); !ok || string(got) != string(want) {
				t.Errorf("%s is written %s, %v", want, got, ok)
			}
		}
	}
}

func TestAnswersAreReadAsByReflection(t *testing.T) {
	forms := randomjson.Forms{
		"classified": {"predictions": "list of result"},
		"result":     {"label": "text", "confidence": "number", "probabilities": "list of label"},
		"label":      {"label": "text", "probability": "number"},
		"embedded":   {"predictions": "list of list of number"},
	}
	randomjson.Check[experimental.ClassificationModelOutput](t, forms, "classified")
	randomjson.Check[experimental.EmbeddingsModelOutput](t, forms, "embedded")
}

func TestAnAnswerReplacesTheOneBefore(t *testing.T) {
	output := experimental.EmbeddingsModelOutput{Predictions: [][]float32{{1, 2}, {3}}}
	if err := utils.JsonDeserialize([]byte(`{"predictions":[[4]]}`), &output); err != nil {
		t.Fatal(err)
	}
	if want := [][]float32{{4}}; !reflect.DeepEqual(output.Predictions, want) {
		t.Errorf("got %v", output.Predictions)
	}
}
