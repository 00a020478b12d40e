package gemini

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/hypermodeinc/modus/sdk/go/pkg/utils"
)

// GenerateModelOutput is the answer of a model, or, in a stream, a part of it.
type GenerateModelOutput struct {
	// Candidates are the answers: one, unless the request asked for more; none if it was blocked.
	Candidates []Candidate `json:"candidates"`

	// PromptFeedback says whether the request was blocked. It may be nil.
	PromptFeedback *PromptFeedback `json:"promptFeedback,omitempty"`

	// UsageMetadata counts the tokens.
	UsageMetadata UsageMetadata `json:"usageMetadata"`

	// Extra are further members of the answer.
	Extra Extra `json:"-"`
}

// Text gives the text of the first candidate, without the model's thoughts.
func (o *GenerateModelOutput) Text() string {
	var text strings.Builder
	if len(o.Candidates) > 0 && o.Candidates[0].Content != nil {
		for _, part := range o.Candidates[0].Content.Parts {
			if part.Extra["thought"] != "true" {
				text.WriteString(part.Text)
			}
		}
	}
	return text.String()
}

// UnmarshalJSON reads the answer as the service writes it.
func (o *GenerateModelOutput) UnmarshalJSON(data []byte) (err error) {
	type plain GenerateModelOutput // the same without this method
	o.Extra, err = utils.JsonDeserializeWith(data, (*plain)(o))
	return err
}

// MarshalJSON gives the answer in the form that the service writes.
func (o GenerateModelOutput) MarshalJSON() ([]byte, error) {
	type plain GenerateModelOutput
	return utils.JsonSerializeWith(plain(o), o.Extra)
}

// Candidate is one answer of a model.
type Candidate struct {
	// Index is the answer's place among the candidates.
	Index int `json:"index"`

	// Content is what the model answered. It may be nil.
	Content *Content `json:"content,omitempty"`

	// FinishReason says why the answer ends. It is empty while it does not.
	FinishReason FinishReason `json:"finishReason,omitempty"`

	// SafetyRatings say how harmful the answer may be.
	SafetyRatings []SafetyRating `json:"safetyRatings,omitempty"`

	// CitationMetadata says where the answer repeats others. It may be nil.
	CitationMetadata *CitationMetadata `json:"citationMetadata,omitempty"`

	// Extra are further members of the candidate.
	Extra Extra `json:"-"`
}

// UnmarshalJSON reads the candidate as the service writes it.
func (c *Candidate) UnmarshalJSON(data []byte) (err error) {
	type plain Candidate // the same without this method
	c.Extra, err = utils.JsonDeserializeWith(data, (*plain)(c))
	return err
}

// MarshalJSON gives the candidate in the form that the service writes.
func (c Candidate) MarshalJSON() ([]byte, error) {
	type plain Candidate
	return utils.JsonSerializeWith(plain(c), c.Extra)
}

// SafetyRating says how harmful something may be.
type SafetyRating struct {
	Category    HarmCategory    `json:"category"`
	Probability HarmProbability `json:"probability"`
}

// CitationMetadata says where an answer repeats others.
type CitationMetadata struct {
	CitationSources []CitationSource `json:"citationSources"`
}

// CitationSource is a place that an answer repeats.
type CitationSource struct {
	// StartIndex and EndIndex are where in the answer, in bytes.
	StartIndex int `json:"startIndex"`
	EndIndex   int `json:"endIndex"`

	// Uri is where it is from.
	Uri string `json:"uri"`

	// License is the licence of a program's text. It may be empty.
	License string `json:"license,omitempty"`
}

// PromptFeedback says what the service thinks of a request.
type PromptFeedback struct {
	// BlockReason says why the request was blocked. It is empty if it was not.
	BlockReason BlockReason `json:"blockReason,omitempty"`

	SafetyRatings []SafetyRating `json:"safetyRatings"`
}

// UsageMetadata counts the tokens of a request and its answer.
type UsageMetadata struct {
	// PromptTokenCount are those of the request.
	PromptTokenCount int `json:"promptTokenCount"`

	// CandidatesTokenCount are those of the answers.
	CandidatesTokenCount int `json:"candidatesTokenCount"`

	// TotalTokenCount are all of them.
	TotalTokenCount int `json:"totalTokenCount"`

	// CachedContentTokenCount are those of the cached content.
	CachedContentTokenCount int `json:"cachedContentTokenCount,omitempty"`

	// ThoughtsTokenCount are those that the model wrote for itself.
	ThoughtsTokenCount int `json:"thoughtsTokenCount,omitempty"`
}

// GenerateModelError is what a model reports in place of an answer. The error of Invoke wraps it, so
// errors.As finds it.
type GenerateModelError struct {
	// Code is the status in HTTP.
	Code int `json:"code"`

	// Message says what is wrong.
	Message string `json:"message"`

	// Status is the kind of error, such as "INVALID_ARGUMENT".
	Status string `json:"status"`
}

// Error is the message.
func (e *GenerateModelError) Error() string { return e.Message }

// findError is the validator of models.
func findError(response []byte) error {
	if len(response) == 0 {
		return errors.New("no response received from model invocation")
	}
	if !json.Valid(response) {
		return fmt.Errorf("invalid response received from model invocation: %s", response)
	}
	var answer struct {
		Error *GenerateModelError `json:"error"`
	}
	if json.Unmarshal(response, &answer) != nil || answer.Error == nil {
		return nil
	}
	return fmt.Errorf("the model returned an error: %w", answer.Error)
}
