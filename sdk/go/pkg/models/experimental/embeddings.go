package experimental

import "github.com/hypermodeinc/modus/sdk/go/pkg/models"

type embeddingsModelBase = models.ModelBase[EmbeddingsModelInput, EmbeddingsModelOutput]

// EmbeddingsModel turns texts into vectors.
type EmbeddingsModel struct {
	embeddingsModelBase
}

// EmbeddingsModelInput is a request for vectors.
type EmbeddingsModelInput struct {
	// Instances are the texts.
	Instances []string `json:"instances"`
}

// EmbeddingsModelOutput is the answer of an embeddings model.
type EmbeddingsModelOutput struct {
	// Predictions has a vector for each text, in the same order.
	Predictions [][]float32 `json:"predictions"`
}

// CreateInput makes a request for the vectors of texts. No text is an error.
func (m *EmbeddingsModel) CreateInput(content ...string) (*EmbeddingsModelInput, error) {
	if len(content) == 0 {
		return nil, errNoText
	}
	return &EmbeddingsModelInput{Instances: content}, nil
}
