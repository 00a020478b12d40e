//go:build !wasip1

package meta_test

import (
	"encoding/json"
	"testing"

	"github.com/hypermodeinc/modus/sdk/go/pkg/models"
	"github.com/hypermodeinc/modus/sdk/go/pkg/models/meta"
)

func TestWhatIsAsByDefaultIsNotSent(t *testing.T) {
	model, err := models.GetModel[meta.TextGenerationModel]("llama")
	if err != nil {
		t.Fatal(err)
	}
	input, err := model.CreateInput("<a>")
	if err != nil {
		t.Fatal(err)
	}
	expect := func(want string) {
		t.Helper()
		if text, err := input.MarshalJSON(); err != nil || string(text) != want {
			t.Errorf("got %s, %v", text, err)
		}
	}
	expect(`{"prompt":"<a>"}`)
	input.Temperature, input.TopP, input.MaxGenLen = 0, 0, 0
	expect(`{"prompt":"<a>","temperature":0,"top_p":0,"max_gen_len":0}`)
	if err := model.Validator([]byte(`{"message":"no"}`)); err == nil || err.Error() != "the model returned an error: no" {
		t.Errorf("got %v", err)
	}
	if err := model.Validator([]byte(`{"generation":"","message":"no"}`)); err != nil {
		t.Errorf("got %v", err)
	}
}

func TestAnAnswer(t *testing.T) {
	text := `{"generation":"a","prompt_token_count":1,"generation_token_count":2,"stop_reason":"stop","new":1}`
	var output meta.TextGenerationModelOutput
	if err := json.Unmarshal([]byte(text), &output); err != nil {
		t.Fatal(err)
	}
	if again, err := json.Marshal(output); err != nil || string(again) != text {
		t.Errorf("got %s, %v", again, err)
	}
}
