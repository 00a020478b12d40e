//go:build !wasip1

package openai_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/hypermodeinc/modus/sdk/go/pkg/models/openai"
)

func expectMessage(t *testing.T, message openai.RequestMessage, role, text string) {
	t.Helper()
	if message.Role() != role {
		t.Errorf("expected the role %s, got %s", role, message.Role())
	}
	expectJsonText(t, message, text)
}

func TestMessagesOfText(t *testing.T) {
	expectMessage(t, openai.NewSystemMessage("a"), "system", `{"role":"system","content":"a"}`)
	expectMessage(t, openai.NewDeveloperMessage("a"), "developer", `{"role":"developer","content":"a"}`)
	expectMessage(t, openai.NewUserMessage("1 < 2"), "user", `{"role":"user","content":"1 < 2"}`)
	expectMessage(t, openai.NewAssistantMessage(""), "assistant", `{"role":"assistant","content":""}`)
	expectMessage(t, openai.NewToolMessage("a", `c"1`), "tool", `{"role":"tool","content":"a","tool_call_id":"c\"1"}`)
	expectMessage(t, openai.NewToolMessage("a", ""), "tool", `{"role":"tool","content":"a","tool_call_id":""}`)
}

func TestMessagesMayHaveAName(t *testing.T) {
	system := openai.NewSystemMessage("a")
	system.Name = "ann"
	expectMessage(t, system, "system", `{"role":"system","content":"a","name":"ann"}`)
	developer := openai.NewDeveloperMessage("a")
	developer.Name = "ann"
	expectMessage(t, developer, "developer", `{"role":"developer","content":"a","name":"ann"}`)
	user := openai.NewUserMessage("a")
	user.Name = "ann"
	expectMessage(t, user, "user", `{"role":"user","content":"a","name":"ann"}`)
}

func TestMessagesOfParts(t *testing.T) {
	text := openai.NewTextContentPart("a & b")
	part := `{"type":"text","text":"a & b"}`
	expectMessage(t, openai.NewSystemMessageFromParts(text), "system", `{"role":"system","content":[`+part+`]}`)
	expectMessage(t, openai.NewDeveloperMessageFromParts(text), "developer", `{"role":"developer","content":[`+part+`]}`)
	expectMessage(t, openai.NewUserMessageFromParts(text, openai.NewImageContentPartFromUrl("http://x/y.png")), "user",
		`{"role":"user","content":[`+part+`,{"type":"image_url","image_url":{"url":"http://x/y.png"}}]}`)
	expectMessage(t, openai.NewAssistantMessageFromParts(text, openai.NewRefusalContentPart("no")), "assistant",
		`{"role":"assistant","content":[`+part+`,{"type":"refusal","refusal":"no"}]}`)
	expectMessage(t, openai.NewToolMessageFromParts("c1", text), "tool",
		`{"role":"tool","content":[`+part+`],"tool_call_id":"c1"}`)
	expectMessage(t, openai.NewUserMessageFromParts(), "user", `{"role":"user","content":[]}`)

	parts := []openai.UserMessageContentPart{text}
	expectMessage(t, openai.NewUserMessage(parts), "user", `{"role":"user","content":[`+part+`]}`)
}

func TestAssistantMessageHasAllThatTheModelSaid(t *testing.T) {
	call := openai.NewToolCall("c1", "f", "{}")
	message := openai.NewAssistantMessage("a", call)
	message.Name = "bot"
	message.Refusal = "no"
	message.Audio = &openai.AudioRef{Id: "a1"}
	expectMessage(t, message, "assistant", `{"role":"assistant","content":"a","name":"bot","refusal":"no","tool_calls":`+
		`[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}}],"audio":{"id":"a1"}}`)
}

func TestACompletionMessageCanBeSentBack(t *testing.T) {
	completion := openai.CompletionMessage{
		Content:   "a",
		Refusal:   "no",
		ToolCalls: []openai.ToolCall{openai.NewToolCall("c1", "f", "{}")},
		Audio:     &openai.AudioOutput{Id: "a1", Data: []byte("x")},
	}
	expected := `{"role":"assistant","content":"a","refusal":"no","tool_calls":` +
		`[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}}],"audio":{"id":"a1"}}`
	expectMessage(t, completion.ToAssistantMessage(), "assistant", expected)
	expectMessage(t, openai.NewAssistantMessageFromCompletionMessage(&completion), "assistant", expected)
	if role := completion.Role(); role != "assistant" {
		t.Errorf("got the role %s", role)
	}
	expectMessage(t, new(openai.CompletionMessage).ToAssistantMessage(), "assistant", `{"role":"assistant","content":""}`)
}

func TestTheNamesOfEarlyVersionsStillWork(t *testing.T) {
	question := openai.NewUserMessage("a")
	question.Content += "b"
	messages := []openai.Message{question, openai.NewAssistantMessage("", openai.NewToolCall("c1", "f", "{}"))}
	expectJson(t, chatInput(t, messages...), `{"model":"gpt-mock-model","messages":[{"role":"user","content":"ab"},
		{"role":"assistant","content":"","tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}}]}]}`)
}

func TestToolMessageTakesAnyResult(t *testing.T) {
	for _, c := range []struct {
		result   any
		expected string
	}{
		{nil, ""},
		{"as it is", "as it is"},
		{errors.New("failed"), "failed"},
		{42, "42"},
		{map[string]string{"a": "<b>"}, `{"a":"<b>"}`},
		{[]int{1, 2}, "[1,2]"},
	} {
		if got := openai.NewToolMessage(c.result, "c1").Content; got != c.expected {
			t.Errorf("expected %q for %v, got %q", c.expected, c.result, got)
		}
	}
}

func TestToolMessagePanicsWhenTheResultIsNoJson(t *testing.T) {
	expectPanic(t, func() { openai.NewToolMessage(func() {}, "c1") })
}

func TestParsedMessagesGiveTheSameJson(t *testing.T) {
	input := chatInput(t,
		openai.NewSystemMessage("a < b"),
		openai.NewUserMessageFromParts(openai.NewTextContentPart("b")),
		openai.NewToolMessage(nil, "c1"))
	text, err := json.Marshal(input.Messages)
	if err != nil {
		t.Fatal(err)
	}
	messages, err := openai.ParseMessages(text)
	if err != nil {
		t.Fatal(err)
	}
	for i, role := range []string{"system", "user", "tool"} {
		if messages[i].Role() != role {
			t.Errorf("expected the role %s, got %s", role, messages[i].Role())
		}
	}
	again, err := json.Marshal(messages)
	if err != nil || string(again) != string(text) {
		t.Errorf("expected %s, got %s, %v", text, again, err)
	}
}

func TestParsedMessagesKeepWhatTheSdkDoesNotKnow(t *testing.T) {
	messages, err := openai.ParseMessages([]byte(`[{"role": "function", "extra": [1.0, 1e2]}]`))
	if err != nil {
		t.Fatal(err)
	}
	expectMessage(t, messages[0], "function", `{"role":"function","extra":[1.0,1e2]}`)
}

func TestParseMessagesRefusesWhatIsNoMessage(t *testing.T) {
	_, err := openai.ParseMessages([]byte(`[{"role":"user"},{"content":"a"}]`))
	if err == nil || err.Error() != "missing role field in message JSON" {
		t.Errorf("got %v", err)
	}
	for _, text := range []string{``, `{}`, `[1]`, `[{"role":1}]`} {
		if _, err := openai.ParseMessages([]byte(text)); err == nil {
			t.Errorf("no error for %q", text)
		}
	}
	if messages, err := openai.ParseMessages([]byte(`[]`)); len(messages) != 0 || err != nil {
		t.Errorf("got %v, %v", messages, err)
	}
}
