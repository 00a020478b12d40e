package openai

import (
	"fmt"

	"github.com/hypermodeinc/modus/sdk/go/pkg/models"
	"github.com/hypermodeinc/modus/sdk/go/pkg/utils"
)

type embeddingsModelBase = models.ModelBase[EmbeddingsModelInput, EmbeddingsModelOutput]

// EmbeddingsModel turns texts into vectors.
type EmbeddingsModel struct {
	embeddingsModelBase
}

// EmbeddingsModelInput is a request for vectors.
type EmbeddingsModelInput struct {
	// Model is what the service calls the model.
	Model string `json:"model"`

	// Input is a text, a list of texts, a list of tokens, or a list of those.
	Input any `json:"input"`

	// EncodingFormat is the form in which the vectors come. Empty means float.
	EncodingFormat EncodingFormat `json:"encoding_format,omitempty"`

	// Dimensions is the wanted length of the vectors, if the model can choose. With 0 it decides.
	Dimensions int `json:"dimensions,omitempty"`

	// User is a name by which the service can tell the app's users apart.
	User string `json:"user,omitempty"`

	// Extra are further members of the request. It may be nil.
	Extra Extra `json:"-"`
}

// EmbeddingsModelOutput is the answer of an embeddings model.
type EmbeddingsModelOutput struct {
	// Object is always "list".
	Object string `json:"object"`

	// Model is the model that answered.
	Model string `json:"model"`

	// Usage counts the tokens.
	Usage Usage `json:"usage"`

	// Data has a vector for each text.
	Data []Embedding `json:"data"`

	// Extra are further members of the answer.
	Extra Extra `json:"-"`
}

// UnmarshalJSON reads the answer as the services write it.
func (o *EmbeddingsModelOutput) UnmarshalJSON(data []byte) (err error) {
	type plain EmbeddingsModelOutput // the same without this method
	o.Extra, err = utils.JsonDeserializeWith(data, (*plain)(o))
	return err
}

// Embedding is the vector of one text.
type Embedding struct {
	// Object is always "embedding".
	Object string `json:"object"`

	// Index is the place of the text in the request.
	Index int `json:"index"`

	// Embedding is the vector.
	Embedding []float32 `json:"embedding"`
}

// EncodingFormat is the form in which vectors come.
type EncodingFormat string

const (
	// EncodingFormatFloat gives lists of numbers.
	EncodingFormatFloat EncodingFormat = "float"

	// EncodingFormatBase64 gives base64 of the numbers' bytes, which EmbeddingsModelOutput cannot hold.
	EncodingFormatBase64 EncodingFormat = "base64"
)

// CreateInput makes a request for the vectors of a string or a []string, or of tokens: a list of any
// integer type, or a list of such lists. Content of another type is an error.
func (m *EmbeddingsModel) CreateInput(content any) (*EmbeddingsModelInput, error) {
	switch content.(type) {
	case string, []string,
		[]int, []int8, []int16, []int32, []int64,
		[]uint, []uint8, []uint16, []uint32, []uint64,
		[][]int, [][]int8, [][]int16, [][]int32, [][]int64,
		[][]uint, [][]uint8, [][]uint16, [][]uint32, [][]uint64:
		return &EmbeddingsModelInput{Model: modelName(m.Info()), Input: content}, nil
	}
	return nil, fmt.Errorf("invalid embedding content type: %T", content)
}

// MarshalJSON gives the request in the form that the services expect.
func (ei EmbeddingsModelInput) MarshalJSON() ([]byte, error) {
	type request EmbeddingsModelInput // the same without this method
	ei.Input = withNumbers(ei.Input)
	return utils.JsonSerializeWith(request(ei), ei.Extra)
}

// withNumbers replaces tokens of type uint8, a list of which would become base64 in JSON.
func withNumbers(input any) any {
	switch tokens := input.(type) {
	case []uint8:
		return numbers(tokens)
	case [][]uint8:
		lists := make([][]int, len(tokens))
		for i, list := range tokens {
			lists[i] = numbers(list)
		}
		return lists
	}
	return input
}

func numbers(tokens []uint8) []int {
	list := make([]int, len(tokens))
	for i, token := range tokens {
		list[i] = int(token)
	}
	return list
}
