//go:build !wasip1

package openai_test

import (
	"testing"

	"github.com/hypermodeinc/modus/sdk/go/pkg/models/openai"
)

func expectPanic(t *testing.T, action func()) {
	t.Helper()
	defer func() {
		if recover() == nil {
			t.Error("expected a panic")
		}
	}()
	action()
}

func expectPart(t *testing.T, part openai.ContentPart, partType, expected string) {
	t.Helper()
	if part.Type() != partType {
		t.Errorf("expected the type %s, got %s", partType, part.Type())
	}
	expectJson(t, part, expected)
}

func TestTextAndRefusal(t *testing.T) {
	expectPart(t, openai.NewTextContentPart(`"a"`), "text", `{"type":"text","text":"\"a\""}`)
	expectPart(t, openai.NewRefusalContentPart("no"), "refusal", `{"type":"refusal","refusal":"no"}`)
}

func TestImageFromUrl(t *testing.T) {
	expectPart(t, openai.NewImageContentPartFromUrl("http://x/?a=1&b=2"), "image_url",
		`{"type":"image_url","image_url":{"url":"http://x/?a=1&b=2"}}`)
	expectPart(t, openai.NewImageContentPartFromUrl("http://x", "low"), "image_url",
		`{"type":"image_url","image_url":{"url":"http://x","detail":"low"}}`)
}

func TestImageFromData(t *testing.T) {
	expected := `{"type":"image_url","image_url":{"url":"data:image/png;base64,AQL/"}}`
	data := []byte{1, 2, 255}
	expectPart(t, openai.NewImageContentPartFromData(data, "png"), "image_url", expected)
	expectPart(t, openai.NewImageContentPartFromData(data, "image/png"), "image_url", expected)
	expectPart(t, openai.NewImageContentPartFromData("AQL/", "png"), "image_url", expected)
	if detail := openai.NewImageContentPartFromData(data, "png", "high").Image.Detail; detail != "high" {
		t.Errorf("got the detail %q", detail)
	}
}

func TestAudioFromData(t *testing.T) {
	expected := `{"type":"input_audio","input_audio":{"data":"AQL/","format":"wav"}}`
	data := []byte{1, 2, 255}
	expectPart(t, openai.NewAudioContentPartFromData(data, "wav"), "input_audio", expected)
	expectPart(t, openai.NewAudioContentPartFromData(data, "audio/wav"), "input_audio", expected)
	expectPart(t, openai.NewAudioContentPartFromData("AQL/", "wav"), "input_audio", expected)
	expectPanic(t, func() { openai.NewAudioContentPartFromData("!", "wav") })
}
