//go:build !wasip1

package openai_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/hypermodeinc/modus/sdk/go/pkg/models"
	"github.com/hypermodeinc/modus/sdk/go/pkg/models/openai"
	"github.com/hypermodeinc/modus/sdk/go/pkg/utils"
)

// expectJson compares as JSON values, so the order of members does not count.
func expectJson(t *testing.T, value any, expected string) {
	t.Helper()
	text, err := utils.JsonSerialize(value)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(decode(t, string(text)), decode(t, expected)) {
		t.Errorf("expected %s, got %s", expected, text)
	}
}

// expectJsonText also compares the order of members.
func expectJsonText(t *testing.T, value any, expected string) {
	t.Helper()
	text, err := utils.JsonSerialize(value)
	if err != nil {
		t.Fatal(err)
	}
	if string(text) != expected {
		t.Errorf("expected %s, got %s", expected, text)
	}
}

func decode(t *testing.T, text string) any {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return value
}

func chatModel(t *testing.T) *openai.ChatModel {
	t.Helper()
	model, err := models.GetModel[openai.ChatModel]("GPT")
	if err != nil {
		t.Fatal(err)
	}
	return model
}

func chatInput(t *testing.T, messages ...openai.RequestMessage) *openai.ChatModelInput {
	t.Helper()
	input, err := chatModel(t).CreateInput(messages...)
	if err != nil {
		t.Fatal(err)
	}
	return input
}
