//go:build !wasip1

package models_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/hypermodeinc/modus/sdk/go/pkg/console"
	"github.com/hypermodeinc/modus/sdk/go/pkg/models"
)

type question struct {
	Prompt string `json:"prompt"`
}

type answer struct {
	Response string `json:"response"`
}

type base = models.ModelBase[question, answer]

type testModel struct{ base }

func getModel(t *testing.T) *testModel {
	t.Helper()
	model, err := models.GetModel[testModel]("my-model")
	if err != nil {
		t.Fatal(err)
	}
	return model
}

func TestGetModelAsksForTheName(t *testing.T) {
	before := models.LookupModelCallStack.Size()
	model := getModel(t)
	if models.LookupModelCallStack.Size() != before+1 {
		t.Fatal("expected one look-up")
	}
	if name := models.LookupModelCallStack.Pop()[0].(*string); *name != "my-model" {
		t.Errorf("looked up %q", *name)
	}
	if info := *model.Info(); info != (models.ModelInfo{Name: "my-model", FullName: "my-model-mock-model"}) {
		t.Errorf("got %+v", info)
	}
}

func TestGetModelGivesAFreshObjectEachTime(t *testing.T) {
	first := getModel(t)
	first.Debug = true
	if getModel(t).Debug {
		t.Error("the second object shares the first one's settings")
	}
}

func TestInvokeSendsJsonAndDecodesTheAnswer(t *testing.T) {
	output, err := getModel(t).Invoke(&question{Prompt: "1 < 2 & so on"})
	if err != nil {
		t.Fatal(err)
	}
	if output.Response != models.MockResponseText {
		t.Errorf("got %q", output.Response)
	}
	call := models.InvokeModelCallStack.Pop()
	if name := *call[0].(*string); name != "my-model" {
		t.Errorf("invoked %q", name)
	}
	if input := *call[1].(*string); input != `{"prompt":"1 < 2 & so on"}` {
		t.Errorf("sent %s", input)
	}
}

func TestInvokeHonoursAMarshalerOnThePointer(t *testing.T) {
	type shoutBase = models.ModelBase[shout, answer]
	type shoutModel struct{ shoutBase }
	model, err := models.GetModel[shoutModel]("loud")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := model.Invoke(&shout{text: "hey"}); err != nil {
		t.Fatal(err)
	}
	if input := *models.InvokeModelCallStack.Pop()[1].(*string); input != `"HEY"` {
		t.Errorf("sent %s", input)
	}
}

type shout struct{ text string }

func (s *shout) MarshalJSON() ([]byte, error) {
	return json.Marshal(strings.ToUpper(s.text))
}

func TestNumbersOfTheAnswerKeepTheirText(t *testing.T) {
	type anyBase = models.ModelBase[question, map[string]any]
	type anyModel struct{ anyBase }
	model, err := models.GetModel[anyModel]("any")
	if err != nil {
		t.Fatal(err)
	}
	response := `{"big":9007199254740993}`
	models.AnswerResponse(t, &response)
	output, err := model.Invoke(&question{})
	if err != nil {
		t.Fatal(err)
	}
	if (*output)["big"] != json.Number("9007199254740993") {
		t.Errorf("got %v", *output)
	}
}

func TestGetModelSaysThatThereIsNoSuchModel(t *testing.T) {
	models.AnswerModelInfo(t, nil)
	model, err := models.GetModel[testModel]("my-model")
	if model != nil || err == nil || err.Error() != "model not found: my-model" {
		t.Errorf("got %v, %v", model, err)
	}
}

func TestInvokeSaysThatTheModelFailed(t *testing.T) {
	empty := ""
	for _, response := range []*string{nil, &empty} {
		models.AnswerResponse(t, response)
		_, err := getModel(t).Invoke(&question{})
		if err == nil || err.Error() != "failed to invoke model my-model" {
			t.Errorf("got %v", err)
		}
	}
}

func TestInvokeWithoutInfoIsAnError(t *testing.T) {
	before := models.InvokeModelCallStack.Size()
	_, err := testModel{}.Invoke(&question{})
	if err == nil || err.Error() != "model info is not set (use GetModel to create a model instance)" {
		t.Errorf("got %v", err)
	}
	if models.InvokeModelCallStack.Size() != before {
		t.Error("the host was asked")
	}
}

func TestInvokeSaysThatTheInputIsNoJson(t *testing.T) {
	type badBase = models.ModelBase[func(), answer]
	type badModel struct{ badBase }
	model, err := models.GetModel[badModel]("bad-in")
	if err != nil {
		t.Fatal(err)
	}
	input := func() {}
	_, err = model.Invoke(&input)
	if err == nil || !strings.HasPrefix(err.Error(), "failed to serialize model input for bad-in: ") {
		t.Errorf("got %v", err)
	}
}

func TestInvokeSaysThatTheAnswerDoesNotFit(t *testing.T) {
	type badBase = models.ModelBase[question, []string]
	type badModel struct{ badBase }
	model, err := models.GetModel[badModel]("bad-out")
	if err != nil {
		t.Fatal(err)
	}
	_, err = model.Invoke(&question{})
	if err == nil || !strings.HasPrefix(err.Error(), "failed to deserialize model output for bad-out: ") {
		t.Errorf("got %v", err)
	}
}

func TestTheValidatorSeesTheAnswerAndItsErrorIsUnchanged(t *testing.T) {
	model := getModel(t)
	refused := errors.New("refused")
	var seen string
	model.Validator = func(response []byte) error {
		seen = string(response)
		return refused
	}
	if _, err := model.Invoke(&question{}); err != refused {
		t.Errorf("got %v", err)
	}
	if seen != `{"response":"Hello, World!"}` {
		t.Errorf("saw %s", seen)
	}
	model.Validator = func([]byte) error { return nil }
	if _, err := model.Invoke(&question{}); err != nil {
		t.Error(err)
	}
}

func TestDebugLogsInputAndOutput(t *testing.T) {
	model := getModel(t)
	before := console.LogCallStack.Size()
	if _, err := model.Invoke(&question{Prompt: "a"}); err != nil {
		t.Fatal(err)
	}
	if console.LogCallStack.Size() != before {
		t.Fatal("logged without Debug")
	}
	model.Debug = true
	if _, err := model.Invoke(&question{Prompt: "a"}); err != nil {
		t.Fatal(err)
	}
	if console.LogCallStack.Size() != before+2 {
		t.Fatal("expected two lines")
	}
	output := console.LogCallStack.Items[before+1]
	if output[0] != "debug" || output[1] != `Received output for model my-model: {"response":"Hello, World!"}` {
		t.Errorf("got %v", output)
	}
	input := console.LogCallStack.Items[before]
	if input[0] != "debug" || input[1] != `Invoking model my-model with input: {"prompt":"a"}` {
		t.Errorf("got %v", input)
	}
}
