//go:build !wasip1

package models_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/hypermodeinc/modus/sdk/go/pkg/models"
	"github.com/hypermodeinc/modus/sdk/go/pkg/stream"
)

// all gives what comes, and the error that it ends with.
func all[T any](values stream.Of[T]) (got []T, err error) {
	for value, failed := range values {
		if failed != nil {
			err = failed
			continue
		}
		got = append(got, value)
	}
	return got, err
}

func TestAStreamGivesTheChunksAsTheyCome(t *testing.T) {
	models.AnswerChunks(t, nil, "a", "", "é")
	got, err := all(getModel(t).Stream(&question{Prompt: "1 < 2"}))
	if err != nil || !slices.Equal(got, []string{"a", "", "é"}) {
		t.Errorf("got %q, %v", got, err)
	}
	call := models.StreamModelCallStack.Pop()
	if name, input := *call[0].(*string), *call[1].(*string); name != "my-model" || input != `{"prompt":"1 < 2"}` {
		t.Errorf("asked %s with %s", name, input)
	}
}

func TestInNativeTestsAStreamGivesTheAnswerAtOnce(t *testing.T) {
	got, err := all(getModel(t).Stream(&question{}))
	if err != nil || !slices.Equal(got, []string{`{"response":"Hello, World!"}`}) {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestAStreamThatFailsNamesTheModel(t *testing.T) {
	wrong := errors.New("no luck")
	models.AnswerChunks(t, wrong, "a")
	got, err := all(getModel(t).Stream(&question{}))
	if len(got) != 1 || !errors.Is(err, wrong) || err.Error() != "failed to invoke model my-model: no luck" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestAStreamOfNoModelOrOfNoJsonIsAnError(t *testing.T) {
	before := models.StreamModelCallStack.Size()
	if _, err := all((&testModel{}).Stream(&question{})); err == nil {
		t.Error("a model that was not looked up streams")
	}
	type badBase = models.ModelBase[chan int, answer]
	type badModel struct{ badBase }
	model, err := models.GetModel[badModel]("bad")
	if err != nil {
		t.Fatal(err)
	}
	input := make(chan int)
	if _, err := all(model.Stream(&input)); err == nil {
		t.Error("a channel is streamed to a model")
	}
	if models.StreamModelCallStack.Size() != before {
		t.Error("the host was asked")
	}
}

func TestEventsAreFoundWhereverTheTextIsCut(t *testing.T) {
	text := "\ufeff: note\r\ndata: a\r\ndata:  é\r\rdata\nevent: e\nid: 1\n\nevent: none\n\ndata:[DONE]\n\ndata:last"
	want := []models.Event{{Data: "a\n é"}, {Name: "e"}, {Data: "[DONE]"}, {Data: "last"}}
	for size := 1; size <= len(text); size++ {
		var chunks []string
		for rest := []rune(text); len(rest) > 0; rest = rest[min(size, len(rest)):] {
			chunks = append(chunks, string(rest[:min(size, len(rest))]))
		}
		got, err := all(models.ReadEvents(stream.From(slices.Values(chunks))))
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("pieces of %d: got %q, %v", size, got, err)
		}
	}
}

func TestADocumentIsOneEvent(t *testing.T) {
	got, err := all(models.ReadEvents(stream.From(slices.Values([]string{" \n", "{\"a\":\n\n", "data: 1}"}))))
	if err != nil || !slices.Equal(got, []models.Event{{Data: "{\"a\":\n\ndata: 1}"}}) {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestEventsBeforeAnErrorAreGiven(t *testing.T) {
	wrong := errors.New("wrong")
	chunks := stream.Of[string](func(yield func(string, error) bool) {
		_ = yield("data: a\n\ndata: b", nil) && yield("", wrong)
	})
	got, err := all(models.ReadEvents(chunks))
	if err != wrong || !slices.Equal(got, []models.Event{{Data: "a"}}) {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestALoopOverEventsCanEndEarly(t *testing.T) {
	for range models.ReadEvents(stream.From(slices.Values([]string{"data: a\n\ndata: b\n\n", "data: c\n\n"}))) {
		break
	}
}
