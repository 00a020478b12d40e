package openai

import (
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/hypermodeinc/modus/sdk/go/pkg/utils"
)

// ContentPart is a part of a message's content.
type ContentPart interface {
	// Type is what the services call this kind of part.
	Type() string

	isContentPart()
}

// SystemContentPart is a part of a system message: text.
type SystemContentPart interface {
	ContentPart
	isSystemContentPart()
}

// DeveloperContentPart is a part of a developer message: text.
type DeveloperContentPart = SystemContentPart

// UserMessageContentPart is a part of a user message: text, an image or audio.
type UserMessageContentPart interface {
	ContentPart
	isUserMessageContentPart()
}

// AssistantMessageContentPart is a part of an assistant message: text or a refusal.
type AssistantMessageContentPart interface {
	ContentPart
	isAssistantMessageContentPart()
}

// ToolMessageContentPart is a part of a tool message: text.
type ToolMessageContentPart interface {
	ContentPart
	isToolMessageContentPart()
}

const (
	typeText    = "text"
	typeImage   = "image_url"
	typeAudio   = "input_audio"
	typeRefusal = "refusal"
)

// TextContentPart is a part that is text. It may stand in every kind of message.
type TextContentPart struct {
	Text string
}

// NewTextContentPart gives a part that is text.
func NewTextContentPart(text string) *TextContentPart {
	return &TextContentPart{Text: text}
}

// Type is "text".
func (p *TextContentPart) Type() string { return typeText }

// MarshalJSON gives the part in the form that the services expect.
func (p TextContentPart) MarshalJSON() ([]byte, error) {
	return utils.JsonSerialize(struct {
		Type string `json:"type"`
		Text string `json:"text"`
	}{typeText, p.Text})
}

func (p *TextContentPart) isContentPart()                 {}
func (p *TextContentPart) isSystemContentPart()           {}
func (p *TextContentPart) isUserMessageContentPart()      {}
func (p *TextContentPart) isAssistantMessageContentPart() {}
func (p *TextContentPart) isToolMessageContentPart()      {}

// RefusalContentPart is a part in which the model refused the request.
type RefusalContentPart struct {
	// Refusal is what the model said.
	Refusal string
}

// NewRefusalContentPart gives a part in which the model refused the request.
func NewRefusalContentPart(refusal string) *RefusalContentPart {
	return &RefusalContentPart{Refusal: refusal}
}

// Type is "refusal".
func (p *RefusalContentPart) Type() string { return typeRefusal }

// MarshalJSON gives the part in the form that the services expect.
func (p RefusalContentPart) MarshalJSON() ([]byte, error) {
	return utils.JsonSerialize(struct {
		Type    string `json:"type"`
		Refusal string `json:"refusal"`
	}{typeRefusal, p.Refusal})
}

func (p *RefusalContentPart) isContentPart()                 {}
func (p *RefusalContentPart) isAssistantMessageContentPart() {}

// ImageContentPart is a part that is an image.
type ImageContentPart struct {
	Image Image
}

// Image is an image for the model to look at.
type Image struct {
	// Url is where the image is, or a data URL with the image itself.
	Url string `json:"url"`

	// Detail is how closely the model should look: "low", "high" or "auto". Empty means auto.
	Detail string `json:"detail,omitempty"`
}

// NewImageContentPartFromUrl gives a part that is the image at a URL. A detail ("low", "high" or
// "auto") may follow.
func NewImageContentPartFromUrl(url string, detail ...string) *ImageContentPart {
	part := &ImageContentPart{Image: Image{Url: url}}
	if len(detail) > 0 {
		part.Image.Detail = detail[0]
	}
	return part
}

// NewImageContentPartFromData gives a part that is an image, of which we have the data: as bytes,
// or as a string that is base64. The content type is such as "image/png" or just "png".
// A detail ("low", "high" or "auto") may follow.
func NewImageContentPartFromData[T []byte | string](data T, contentType string, detail ...string) *ImageContentPart {
	if !strings.HasPrefix(contentType, "image/") {
		contentType = "image/" + contentType
	}
	text := ""
	switch d := any(data).(type) {
	case []byte:
		text = base64.StdEncoding.EncodeToString(d)
	case string:
		text = d
	}
	return NewImageContentPartFromUrl("data:"+contentType+";base64,"+text, detail...)
}

// Type is "image_url".
func (p *ImageContentPart) Type() string { return typeImage }

// MarshalJSON gives the part in the form that the services expect.
func (p ImageContentPart) MarshalJSON() ([]byte, error) {
	return utils.JsonSerialize(struct {
		Type  string `json:"type"`
		Image Image  `json:"image_url"`
	}{typeImage, p.Image})
}

func (p *ImageContentPart) isContentPart()            {}
func (p *ImageContentPart) isUserMessageContentPart() {}

// AudioContentPart is a part that is audio.
type AudioContentPart struct {
	Audio Audio
}

// Audio is something for the model to listen to.
type Audio struct {
	// Data is the audio data, in JSON as base64.
	Data []byte `json:"data"`

	// Format is the format of the data, such as "wav" or "mp3".
	Format string `json:"format"`
}

// NewAudioContentPartFromData gives a part that is audio, of which we have the data: as bytes, or as
// a string that is base64. The format is such as "wav" or "audio/wav". It panics if the string is
// not base64.
func NewAudioContentPartFromData[T []byte | string](data T, format string) *AudioContentPart {
	var audio []byte
	switch d := any(data).(type) {
	case []byte:
		audio = d
	case string:
		decoded, err := base64.StdEncoding.DecodeString(d)
		if err != nil {
			panic(fmt.Errorf("audio data is not valid base64: %w", err))
		}
		audio = decoded
	}
	return &AudioContentPart{Audio: Audio{Data: audio, Format: strings.TrimPrefix(format, "audio/")}}
}

// Type is "input_audio".
func (p *AudioContentPart) Type() string { return typeAudio }

// MarshalJSON gives the part in the form that the services expect.
func (p AudioContentPart) MarshalJSON() ([]byte, error) {
	return utils.JsonSerialize(struct {
		Type  string `json:"type"`
		Audio Audio  `json:"input_audio"`
	}{typeAudio, p.Audio})
}

func (p *AudioContentPart) isContentPart()            {}
func (p *AudioContentPart) isUserMessageContentPart() {}
