// Package experimental asks models that services of one's own serve in a plain form: a list of
// texts in, a list of predictions out.
package experimental

import (
	"errors"

	"github.com/hypermodeinc/modus/sdk/go/pkg/models"
)

type classificationModelBase = models.ModelBase[ClassificationModelInput, ClassificationModelOutput]

// ClassificationModel gives labels to texts.
type ClassificationModel struct {
	classificationModelBase
}

// ClassificationModelInput is a request for labels.
type ClassificationModelInput struct {
	// Instances are the texts.
	Instances []string `json:"instances"`
}

// ClassificationModelOutput is the answer of a classification model.
type ClassificationModelOutput struct {
	// Predictions has a result for each text, in the same order.
	Predictions []ClassifierResult `json:"predictions"`
}

// ClassifierResult is how one text was classified.
type ClassifierResult struct {
	// Label is the likeliest label.
	Label string `json:"label"`

	// Confidence is the probability of that label, from 0 to 1.
	Confidence float32 `json:"confidence"`

	// Probabilities has the probabilities of all labels.
	Probabilities []ClassifierLabel `json:"probabilities"`
}

// ClassifierLabel is the probability of a label.
type ClassifierLabel struct {
	Label string `json:"label"`

	// Probability is from 0 to 1.
	Probability float32 `json:"probability"`
}

var errNoText = errors.New("at least one text string must be provided")

// CreateInput makes a request for the labels of texts. No text is an error.
func (m *ClassificationModel) CreateInput(content ...string) (*ClassificationModelInput, error) {
	if len(content) == 0 {
		return nil, errNoText
	}
	return &ClassificationModelInput{Instances: content}, nil
}
