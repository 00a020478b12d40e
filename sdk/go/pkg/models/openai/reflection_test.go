//go:build !wasip1

package openai_test

import (
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/hypermodeinc/modus/sdk/go/pkg/internal/jsontext"
	"github.com/hypermodeinc/modus/sdk/go/pkg/internal/randomjson"
	"github.com/hypermodeinc/modus/sdk/go/pkg/models/openai"
	"github.com/hypermodeinc/modus/sdk/go/pkg/utils"
)

// What is written and read without reflection must be the same as with it. A value is written by
// reflection where a pointer to it is not.

// dice makes requests and answers of every form.
type dice struct{ *rand.Rand }

func roll(seed uint64) dice { return dice{rand.New(rand.NewPCG(seed, 7))} }

func pick[T any](d dice, values ...T) T { return values[d.IntN(len(values))] }

func some[T any](d dice, make func() T) []T {
	list := []T{}
	for range d.IntN(3) {
		list = append(list, make())
	}
	return pick(d, list, list, list, nil)
}

func (d dice) text() string {
	return pick(d, "", "a", "Why?", `"quoted" <b> & \ é 漢 😀`, "\x00\n\u2028\xff", "function", "text", "json_schema")
}

func (d dice) number() float64 {
	return pick(d, 0, 1, 0.7, -2, 1e-9, 1e30, math.Copysign(0, -1), float64(d.IntN(100)))
}

func (d dice) raw() utils.RawJsonString {
	return pick[utils.RawJsonString](d, "", "1.50", "null", ` { "a" : [ 1, "<b>" ] } `, `"x"`, "{}")
}

func (d dice) extra() openai.Extra {
	extra := openai.Extra{}
	for range d.IntN(4) {
		extra[pick(d, "role", "name", "id", "type", "temperature", "x_y", "<é\n", "Model")] = d.raw()
	}
	return pick(d, nil, nil, extra)
}

func (d dice) call() openai.ToolCall {
	call := openai.NewToolCall(d.text(), d.text(), d.text())
	call.Extra = d.extra()
	return call
}

func (d dice) tool() openai.Tool {
	tool := openai.NewToolForFunction(d.text(), d.text())
	tool.Function.Strict = d.IntN(2) == 0
	tool.Function.Parameters = d.raw()
	tool.Extra = d.extra()
	return pick(d, tool, tool.WithParameter(d.text(), "string", d.text()))
}

func (d dice) textPart() *openai.TextContentPart { return openai.NewTextContentPart(d.text()) }

func (d dice) userPart() openai.UserMessageContentPart {
	return pick[openai.UserMessageContentPart](d, d.textPart(),
		openai.NewImageContentPartFromUrl(d.text(), d.text()),
		openai.NewAudioContentPartFromData(pick(d, nil, []byte{}, []byte("audio")), d.text()))
}

func (d dice) assistantPart() openai.AssistantMessageContentPart {
	return pick[openai.AssistantMessageContentPart](d, d.textPart(), openai.NewRefusalContentPart(d.text()))
}

func (d dice) message() openai.RequestMessage {
	text, name, extra := d.text(), d.text(), d.extra()
	system := some(d, func() openai.SystemContentPart { return d.textPart() })
	calls := some(d, d.call)
	audio := pick(d, nil, &openai.AudioRef{Id: d.text()})
	parsed, err := openai.ParseMessages([]byte(`[{"role":"user", "content":"<hi>"}]`))
	if err != nil {
		panic(err)
	}
	return pick[openai.RequestMessage](d,
		&openai.UserMessage[string]{Content: text, Name: name, Extra: extra},
		&openai.UserMessage[[]openai.UserMessageContentPart]{Content: some(d, d.userPart), Name: name, Extra: extra},
		&openai.SystemMessage[string]{Content: text, Name: name, Extra: extra},
		&openai.SystemMessage[[]openai.SystemContentPart]{Content: system, Name: name, Extra: extra},
		&openai.DeveloperMessage[string]{Content: text, Name: name, Extra: extra},
		&openai.DeveloperMessage[[]openai.DeveloperContentPart]{Content: system, Name: name, Extra: extra},
		&openai.AssistantMessage[string]{Content: text, Name: name, Refusal: d.text(), ToolCalls: calls, Audio: audio, Extra: extra},
		&openai.AssistantMessage[[]openai.AssistantMessageContentPart]{
			Content: some(d, d.assistantPart), Name: name, Refusal: d.text(), ToolCalls: calls, Audio: audio, Extra: extra},
		&openai.ToolMessage[string]{Content: text, ToolCallId: name, Extra: extra},
		&openai.ToolMessage[[]openai.ToolMessageContentPart]{
			Content: some(d, func() openai.ToolMessageContentPart { return d.textPart() }), ToolCallId: name, Extra: extra},
		parsed[0], nil,
	)
}

func (d dice) input() *openai.ChatModelInput {
	choice := pick(d, openai.ToolChoice{}, openai.ToolChoiceNone, openai.ToolChoiceAuto, openai.ToolChoiceFunction(d.text()))
	return &openai.ChatModelInput{
		Model:               d.text(),
		Messages:            some(d, d.message),
		Modalities:          some(d, func() openai.Modality { return openai.Modality(d.text()) }),
		Audio:               pick(d, nil, openai.NewAudioParameters(d.text(), d.text())),
		FrequencyPenalty:    d.number(),
		LogitBias:           pick(d, nil, map[string]float64{}, map[string]float64{"2": d.number(), "1<": d.number()}),
		Logprobs:            d.IntN(2) == 0,
		TopLogprobs:         d.IntN(2),
		MaxTokens:           d.IntN(3) - 1,
		MaxCompletionTokens: d.IntN(2),
		N:                   d.IntN(2),
		PresencePenalty:     d.number(),
		ResponseFormat:      openai.ResponseFormat{Type: d.text(), JsonSchema: d.raw()},
		Seed:                d.IntN(2),
		ServiceTier:         openai.ServiceTier(d.text()),
		Stop:                some(d, d.text),
		Temperature:         d.number(),
		TopP:                d.number(),
		Tools:               some(d, d.tool),
		ToolChoice:          choice,
		ParallelToolCalls:   d.IntN(2) == 0,
		User:                d.text(),
		Extra:               d.extra(),
	}
}

func TestRequestsAreWrittenAsByReflection(t *testing.T) {
	for seed := range uint64(10000) {
		input := roll(seed).input()
		want, err := utils.JsonSerialize(*input)
		if err != nil {
			t.Fatalf("%d: %v", seed, err)
		}
		got, ok := jsontext.Write(input)
		if !ok || !randomjson.SameText(string(got), string(want)) {
			t.Fatalf("%d: %s is written %s, %v", seed, want, got, ok)
		}
	}
}

type ownMessage struct{ openai.RequestMessage }

func (ownMessage) MarshalJSON() ([]byte, error) { return []byte(`{"own":true}`), nil }

func TestWhatTheAppMakesOfTheTypesIsWrittenAsItSays(t *testing.T) {
	hello := openai.NewUserMessage("Hi")
	var part *openai.TextContentPart
	for want, message := range map[string]openai.RequestMessage{
		`{"own":true}`: &ownMessage{hello},
		`{"role":"user","content":[null]}`: &openai.UserMessage[[]openai.UserMessageContentPart]{
			Content: []openai.UserMessageContentPart{part}},
	} {
		expectJsonText(t, chatInput(t, message), `{"model":"gpt-mock-model","messages":[`+want+`]}`)
	}
	type request struct {
		*openai.ChatModelInput
	}
	expectJsonText(t, &request{chatInput(t)}, `{"model":"gpt-mock-model","messages":null}`)
	expectJsonText(t, (*openai.ChatModelInput)(nil), `null`)
}

// withoutPointer is the text of an error without the first mark of a pointer type: one of the two ways
// is given a pointer, and versions of encoding/json differ in what they call the other.
func withoutPointer(err error) string { return strings.Replace(err.Error(), "*", "", 1) }

func TestWhatIsNoJsonIsStillAnError(t *testing.T) {
	broken := chatInput(t, openai.NewUserMessage("Hi"))
	for _, change := range []func(){
		func() { broken.Extra = openai.Extra{"a": "{"} },
		func() { broken.Temperature = math.NaN() },
		func() { broken.LogitBias = map[string]float64{"a": math.Inf(1)} },
		func() { broken.ResponseFormat = openai.ResponseFormatJsonSchema("nope") },
		func() { broken.Tools = []openai.Tool{openai.NewTool().WithParametersSchema("[1")} },
	} {
		broken = chatInput(t)
		change()
		_, want := utils.JsonSerialize(*broken)
		if _, err := utils.JsonSerialize(broken); err == nil || want == nil ||
			withoutPointer(err) != withoutPointer(want) {
			t.Errorf("got %v, not %v", err, want)
		}
	}
}

var answers = randomjson.Forms{
	"answer": {
		"id": "text", "object": "text", "choices": "list of choice", "created": "number", "model": "text",
		"service_tier": "text", "system_fingerprint": "text", "usage": "usage",
	},
	"choice":   {"finish_reason": "text", "index": "number", "message": "message", "logprobs": "logprobs"},
	"message":  {"role": "text", "content": "text", "refusal": "text", "tool_calls": "list of call", "audio": "audio"},
	"call":     {"id": "text", "type": "text", "function": "function"},
	"function": {"name": "text", "arguments": "text"},
	"audio":    {"id": "text", "expires_at": "number", "data": "text", "transcript": "text"},
	"logprobs": {"content": "list of token"},
	"token":    {"token": "text", "logprob": "number", "bytes": "list of number", "top_logprobs": "list of token"},
	"usage": {
		"completion_tokens": "number", "prompt_tokens": "number", "total_tokens": "number",
		"prompt_tokens_details": "details", "completion_tokens_details": "details",
	},
	"details": {
		"cached_tokens": "number", "audio_tokens": "number", "reasoning_tokens": "number",
		"accepted_prediction_tokens": "number", "rejected_prediction_tokens": "number",
	},
	"embeddings": {"object": "text", "model": "text", "usage": "usage", "data": "list of embedding", "error": "text"},
	"embedding":  {"object": "text", "index": "number", "embedding": "list of number"},
}

func TestAnswersAreReadAsByReflection(t *testing.T) {
	randomjson.Check[openai.ChatModelOutput](t, answers, "answer")
	randomjson.Check[openai.EmbeddingsModelOutput](t, answers, "embeddings")
}

func TestUsualAnswersAreReadWithoutReflection(t *testing.T) {
	for _, text := range []string{
		`{"id":"x1","object":"chat.completion","created":1700000000,"model":"gpt","service_tier":"default",
		"system_fingerprint":"fp","x_groq":{"id":"a"},"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3,
		"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":0,
		"audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0},"total_time":0.5},
		"choices":[{"index":0,"finish_reason":"tool_calls","message":{"role":"assistant","content":null,"refusal":null,
		"annotations":[],"tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"a\":\"\u00e9\"}"}}]},
		"logprobs":{"content":[{"token":"é","logprob":-0.5,"bytes":[195,169],"top_logprobs":[{"token":"e","logprob":-1,"bytes":null}]}]}}]}`,
		`{"choices":[{"message":{"audio":{"id":"a1","expires_at":1700000000.5,"data":"AQL/","transcript":"hi"}},"logprobs":null}]}`,
	} {
		if !randomjson.ReadsAlike[openai.ChatModelOutput](t, text) {
			t.Errorf("%s is declined", text)
		}
	}
}

func TestReadingAgainReplacesTheWholeAnswer(t *testing.T) {
	output := readOutput(t, `{"id":"a","model":"b","extra":1,"choices":[{"index":1}]}`)
	if err := utils.JsonDeserialize([]byte(`{"id":"c"} and more`), &output); err != nil {
		t.Fatal(err)
	}
	if want := (openai.ChatModelOutput{Id: "c"}); !reflect.DeepEqual(output, want) {
		t.Errorf("got %+v", output)
	}
	if err := utils.JsonDeserialize([]byte(`{"id":1}`), &output); err == nil || output.Id != "c" {
		t.Errorf("got %v, %+v", err, output)
	}
}

func FuzzAnswersAreReadAsByReflection(f *testing.F) {
	for seed := range uint64(20) {
		f.Add(answers.Text(roll(seed).Rand, "answer"))
	}
	f.Fuzz(func(t *testing.T, text string) {
		randomjson.ReadsAlike[openai.ChatModelOutput](t, text)
	})
}

func TestRequestsForVectorsAreWrittenAsByReflection(t *testing.T) {
	for seed := range uint64(1000) {
		d := roll(seed)
		input := &openai.EmbeddingsModelInput{
			Model:          d.text(),
			Input:          pick[any](d, d.text(), some(d, d.text), []string(nil)),
			EncodingFormat: openai.EncodingFormat(d.text()),
			Dimensions:     d.IntN(2),
			User:           d.text(),
			Extra:          d.extra(),
		}
		want, err := utils.JsonSerialize(*input)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := jsontext.Write(input); !ok || !randomjson.SameText(string(got), string(want)) {
			t.Fatalf("%d: %s is written %s, %v", seed, want, got, ok)
		}
	}
}

func TestVectorsAreReadIntoAnObjectThatHasSomeAlready(t *testing.T) {
	output := openai.EmbeddingsModelOutput{Model: "a", Usage: openai.Usage{TotalTokens: 1}}
	if err := utils.JsonDeserialize([]byte(`{"object":"list","usage":{"prompt_tokens":2}}`), &output); err != nil {
		t.Fatal(err)
	}
	want := openai.EmbeddingsModelOutput{Object: "list", Model: "a", Usage: openai.Usage{TotalTokens: 1, PromptTokens: 2}}
	if !reflect.DeepEqual(output, want) {
		t.Errorf("got %+v", output)
	}
}
