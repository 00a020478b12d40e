package openai

import "github.com/hypermodeinc/modus/sdk/go/pkg/utils"

// Modality is a kind of answer.
type Modality string

// The kinds of answer. Not every model can give audio.
const (
	ModalityText  Modality = "text"
	ModalityAudio Modality = "audio"
)

// AudioParameters say how an answer in audio should be.
type AudioParameters struct {
	// Voice is the name of the voice, such as "alloy".
	Voice string `json:"voice"`

	// Format is the format of the audio data, such as "wav", "mp3", "flac", "opus" or "pcm16".
	Format string `json:"format"`
}

// NewAudioParameters gives the parameters for a voice and a format of audio data.
func NewAudioParameters(voice, format string) *AudioParameters {
	return &AudioParameters{Voice: voice, Format: format}
}

// ServiceTier is a tier of the service, which decides about price and speed.
type ServiceTier string

// The tiers that can be asked for.
const (
	// ServiceTierAuto takes the tier that the account has set.
	ServiceTierAuto ServiceTier = "auto"

	// ServiceTierDefault takes the tier of ordinary price and speed.
	ServiceTierDefault ServiceTier = "default"
)

// ResponseFormat is the form of an answer's text.
type ResponseFormat struct {
	// Type is "text", "json_object" or "json_schema".
	Type string `json:"type"`

	// JsonSchema is, with the type "json_schema", what the service wants to know of the schema:
	// JSON with its name and the schema itself.
	JsonSchema utils.RawJsonString `json:"json_schema,omitempty"`
}

var (
	// ResponseFormatText leaves the form of the text to the model.
	ResponseFormatText = ResponseFormat{Type: "text"}

	// ResponseFormatJson asks for text that is a JSON object.
	// The messages must tell the model to write JSON, too.
	ResponseFormatJson = ResponseFormat{Type: "json_object"}

	// ResponseFormatJsonSchema asks for text that is JSON of a schema. It takes JSON such as
	// {"name": "city", "schema": {"type": "object", …}}.
	ResponseFormatJsonSchema = func(jsonSchema string) ResponseFormat {
		return ResponseFormat{Type: "json_schema", JsonSchema: utils.RawJsonString(jsonSchema)}
	}
)
