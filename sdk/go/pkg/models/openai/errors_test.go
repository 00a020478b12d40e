//go:build !wasip1

package openai_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/hypermodeinc/modus/sdk/go/pkg/models/openai"
)

// validate gives what the validator says that CreateInput installs.
func validate(t *testing.T, response string) error {
	t.Helper()
	model := chatModel(t)
	if model.Validator != nil {
		t.Fatal("there is a validator before CreateInput")
	}
	if _, err := model.CreateInput(); err != nil {
		t.Fatal(err)
	}
	return model.Validator([]byte(response))
}

func TestAnErrorThatTheModelReportsIsFound(t *testing.T) {
	err := validate(t, `{"error":{"message":"Too long.","type":"invalid_request_error","param":"messages","code":"context_length"}}`)
	if err == nil || err.Error() != "the chat model returned an error: Too long." {
		t.Fatalf("got %v", err)
	}
	var reported *openai.ChatModelError
	if !errors.As(err, &reported) {
		t.Fatal("the error does not wrap a ChatModelError")
	}
	expected := openai.ChatModelError{Type: "invalid_request_error", Message: "Too long.", Param: "messages", Code: "context_length"}
	if *reported != expected {
		t.Errorf("got %+v", *reported)
	}
	expectJson(t, openai.ChatModelError{Type: "t", Message: "m"}, `{"type":"t","message":"m"}`)
}

func TestNullsInAReportedErrorAreEmpty(t *testing.T) {
	err := validate(t, `{"error":{"message":"No.","type":"server_error","param":null,"code":null}}`)
	if err == nil || err.Error() != "the chat model returned an error: No." {
		t.Errorf("got %v", err)
	}
}

func TestAnErrorOfAnotherFormIsReported(t *testing.T) {
	err := validate(t, `{"error":"broken"}`)
	if err == nil || !strings.HasPrefix(err.Error(), "error parsing chat model error response: ") {
		t.Errorf("got %v", err)
	}
}

func TestNoAnswerAndNoJsonAreErrors(t *testing.T) {
	for response, expected := range map[string]string{
		"":      "no response received from model invocation",
		"Oops":  "invalid response received from model invocation: Oops",
		"{} {}": "invalid response received from model invocation: {} {}",
	} {
		if err := validate(t, response); err == nil || err.Error() != expected {
			t.Errorf("expected %q, got %v", expected, err)
		}
	}
}

func TestAnAnswerIsNoError(t *testing.T) {
	for _, response := range []string{`{"choices":[]}`, `{"error":null}`, `{"choices":[{"error":{}}]}`, `[]`, `null`} {
		if err := validate(t, response); err != nil {
			t.Errorf("got %v for %s", err, response)
		}
	}
}
