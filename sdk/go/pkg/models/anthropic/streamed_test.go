//go:build !wasip1

package anthropic

import (
	"testing"

	"github.com/hypermodeinc/modus/sdk/go/pkg/internal/jsontext"
)

func TestAStreamedRequestIsWrittenAsByReflection(t *testing.T) {
	input, err := new(MessagesModel).CreateInput(NewUserMessage(StringContent("Hi")))
	if err != nil {
		t.Fatal(err)
	}
	input.isStreamed = true
	want, err := input.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := jsontext.Write(input); !ok || string(got) != string(want) {
		t.Errorf("%s is written %s, %v", want, got, ok)
	}
}
