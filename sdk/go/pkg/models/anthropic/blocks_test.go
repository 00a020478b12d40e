//go:build !wasip1

package anthropic_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"testing"

	"github.com/hypermodeinc/modus/sdk/go/pkg/models"
	"github.com/hypermodeinc/modus/sdk/go/pkg/models/anthropic"
	"github.com/hypermodeinc/modus/sdk/go/pkg/utils"
)

func TestBlocksOfAnyTypeComeBackAsTheyWere(t *testing.T) {
	for _, text := range []string{
		`{"type":"text","text":"","citations":[{"a":1}]}`,
		`{"type":"thinking","thinking":"Hm","signature":"x"}`,
		`{"type":"tool_use","id":"t","name":"f","input":{"n":1.50}}`,
		`{"type":"tool_result","tool_use_id":"t","is_error":false,"content":"<r>"}`,
		`{"type":"web_search_tool_result","tool_use_id":"t","content":[{"type":"web_search_result","url":"u"}]}`,
		`{"type":"web_search_tool_result","tool_use_id":"t","content":{"type":"error"}}`,
	} {
		var block anthropic.ContentBlock
		if err := json.Unmarshal([]byte(text), &block); err != nil {
			t.Fatal(err)
		}
		again, err := utils.JsonSerialize(block)
		var got, want any
		if err != nil || json.Unmarshal(again, &got) != nil || json.Unmarshal([]byte(text), &want) != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("got %s, %v", again, err)
		}
	}
}

func TestAnErrorThatTheModelReportsIsFound(t *testing.T) {
	model, err := models.GetModel[anthropic.MessagesModel]("claude")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := model.CreateInput(); err != nil {
		t.Fatal(err)
	}
	err = model.Validator([]byte(`{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}`))
	var reported *anthropic.MessagesModelError
	if !errors.As(err, &reported) || *reported != (anthropic.MessagesModelError{Type: "overloaded_error", Message: "Overloaded"}) {
		t.Errorf("got %v", err)
	}
	for _, text := range []string{`{"type":"message"}`, `[]`, ``} {
		if err := model.Validator([]byte(text)); err != nil {
			t.Errorf("%s: got %v", text, err)
		}
	}
}
