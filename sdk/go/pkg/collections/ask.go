package collections

import (
	"errors"
	"fmt"

	"github.com/hypermodeinc/modus/sdk/go/pkg/utils"
)

// CollectionError is why a collection did not do what Find, UpsertEntries and the like asked of it.
type CollectionError struct {
	// Code says what is wrong, such as NO_SUCH_COLLECTION or INVALID_FILTER.
	Code string `json:"code"`
	// Message says it to people.
	Message string `json:"message"`
	// Hint says what to do; it may be empty.
	Hint string `json:"hint"`
}

func (e *CollectionError) Error() string { return e.Message }

// ask has the host do an operation, and reads what it gives.
func ask[T any](operation string, request any) (T, error) {
	var answer struct {
		Ok    T                `json:"ok"`
		Error *CollectionError `json:"error"`
	}
	payload, err := utils.JsonSerialize(request)
	if err != nil {
		return answer.Ok, fmt.Errorf("could not write the request as JSON: %w", err)
	}
	text := string(payload)
	result := hostCall(&operation, &text)
	if result == nil || *result == "" {
		return answer.Ok, errors.New("no answer from the host")
	}
	if err := utils.JsonDeserialize([]byte(*result), &answer); err != nil {
		return answer.Ok, fmt.Errorf("could not read the host's answer: %w", err)
	}
	if answer.Error != nil {
		return answer.Ok, answer.Error
	}
	return answer.Ok, nil
}
