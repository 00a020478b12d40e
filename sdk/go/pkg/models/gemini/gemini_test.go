//go:build !wasip1

package gemini_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"testing"

	"github.com/hypermodeinc/modus/sdk/go/pkg/models"
	"github.com/hypermodeinc/modus/sdk/go/pkg/models/gemini"
	"github.com/hypermodeinc/modus/sdk/go/pkg/utils"
)

func expectJson(t *testing.T, value any, want string) {
	t.Helper()
	text, err := utils.JsonSerialize(value)
	if err != nil {
		t.Fatal(err)
	}
	var got, expected any
	if json.Unmarshal(text, &got) != nil || json.Unmarshal([]byte(want), &expected) != nil || !reflect.DeepEqual(got, expected) {
		t.Errorf("got %s, want %s", text, want)
	}
}

func model(t *testing.T) *gemini.GenerateModel {
	t.Helper()
	model, err := models.GetModel[gemini.GenerateModel]("g")
	if err != nil {
		t.Fatal(err)
	}
	return model
}

func TestARequestHasNoMoreThanWasSet(t *testing.T) {
	input, err := model(t).CreateInput(gemini.NewUserTextContent("<a>"))
	if err != nil {
		t.Fatal(err)
	}
	expectJson(t, input, `{"contents":[{"role":"user","parts":[{"text":"<a>"}]}]}`)
	input.GenerationConfig = &gemini.GenerationConfig{TopK: gemini.Value(0), ResponseSchema: `{"type":"STRING"}`}
	input.Tools = []gemini.Tool{{Extra: gemini.Extra{"googleSearch": `{}`}}}
	input.Contents, input.ToolConfig = []*gemini.Content{gemini.NewModelContent(gemini.TextPart(""))}, gemini.ToolConfigNone
	expectJson(t, input, `{"contents":[{"role":"model","parts":[{"text":""}]}],"tools":[{"googleSearch":{}}],
		"generationConfig":{"topK":0,"responseSchema":{"type":"STRING"}},"toolConfig":{"functionCallingConfig":{"mode":"NONE"}}}`)
}

func TestContentsOfAnAnswerComeBackAsTheyWere(t *testing.T) {
	text := `{"candidates":[{"index":0,"content":{"role":"model","parts":[{"text":"Hm","thought":true},{"text":"a"},
		{"functionCall":{"name":"f","args":{"n":1.50}},"thoughtSignature":"x"},{"text":"b"}]},"finishReason":"NEW",
		"citationMetadata":{"citationSources":[{"startIndex":1,"endIndex":2,"uri":"u","license":"MIT"}]},"avgLogprobs":-0.5}],
		"usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":2,"totalTokenCount":3},"modelVersion":"g"}`
	var output gemini.GenerateModelOutput
	if err := json.Unmarshal([]byte(text), &output); err != nil {
		t.Fatal(err)
	}
	expectJson(t, output, text)
	if output.Text() != "ab" {
		t.Errorf("the text is %q", output.Text())
	}
	if args := output.Candidates[0].Content.Parts[2].FunctionCall.Args; args != `{"n":1.50}` {
		t.Errorf("the arguments are %s", args)
	}
	if text := (&gemini.GenerateModelOutput{Candidates: []gemini.Candidate{{}}}).Text(); text != "" {
		t.Errorf("the text is %q", text)
	}
}

func TestAnErrorThatTheModelReportsIsFound(t *testing.T) {
	asked := model(t)
	if _, err := asked.CreateInput(); err != nil {
		t.Fatal(err)
	}
	err := asked.Validator([]byte(`{"error":{"code":400,"message":"Too long.","status":"INVALID_ARGUMENT"}}`))
	var reported *gemini.GenerateModelError
	if !errors.As(err, &reported) || *reported != (gemini.GenerateModelError{Code: 400, Message: "Too long.", Status: "INVALID_ARGUMENT"}) {
		t.Errorf("got %v", err)
	}
	for text, isFine := range map[string]bool{`{"candidates":[]}`: true, `{"error":null}`: true, ``: false, `{`: false} {
		if err := asked.Validator([]byte(text)); (err == nil) != isFine {
			t.Errorf("%s: got %v", text, err)
		}
	}
}
