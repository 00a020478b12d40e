//go:build !wasip1

package experimental_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/hypermodeinc/modus/sdk/go/pkg/models"
	"github.com/hypermodeinc/modus/sdk/go/pkg/models/experimental"
)

const noText = "at least one text string must be provided"

func TestClassificationAsksForTheTexts(t *testing.T) {
	model, err := models.GetModel[experimental.ClassificationModel]("c")
	if err != nil {
		t.Fatal(err)
	}
	input, err := model.CreateInput("good", "bad")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := model.Invoke(input); err != nil {
		t.Fatal(err)
	}
	if got := *models.InvokeModelCallStack.Pop()[1].(*string); got != `{"instances":["good","bad"]}` {
		t.Errorf("sent %s", got)
	}
	if _, err := model.CreateInput(); err == nil || err.Error() != noText {
		t.Errorf("got %v", err)
	}
}

func TestClassificationOutput(t *testing.T) {
	var output experimental.ClassificationModelOutput
	text := `{"predictions":[{"label":"good","confidence":0.75,"probabilities":[{"label":"good","probability":0.75}]}]}`
	if err := json.Unmarshal([]byte(text), &output); err != nil {
		t.Fatal(err)
	}
	expected := experimental.ClassificationModelOutput{Predictions: []experimental.ClassifierResult{{
		Label: "good", Confidence: 0.75,
		Probabilities: []experimental.ClassifierLabel{{Label: "good", Probability: 0.75}},
	}}}
	if !reflect.DeepEqual(output, expected) {
		t.Errorf("got %+v", output)
	}
}

func TestEmbeddingsAskForTheTexts(t *testing.T) {
	model, err := models.GetModel[experimental.EmbeddingsModel]("e")
	if err != nil {
		t.Fatal(err)
	}
	input, err := model.CreateInput("a")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := model.Invoke(input); err != nil {
		t.Fatal(err)
	}
	if got := *models.InvokeModelCallStack.Pop()[1].(*string); got != `{"instances":["a"]}` {
		t.Errorf("sent %s", got)
	}
	if _, err := model.CreateInput(); err == nil || err.Error() != noText {
		t.Errorf("got %v", err)
	}
}

func TestEmbeddingsOutput(t *testing.T) {
	var output experimental.EmbeddingsModelOutput
	if err := json.Unmarshal([]byte(`{"predictions":[[0.5,-1],[]]}`), &output); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(output.Predictions, [][]float32{{0.5, -1}, {}}) {
		t.Errorf("got %+v", output)
	}
}
