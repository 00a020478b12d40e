package openai

import (
	"encoding/json"
	"fmt"

	"github.com/hypermodeinc/modus/sdk/go/pkg/models"
	"github.com/hypermodeinc/modus/sdk/go/pkg/stream"
	"github.com/hypermodeinc/modus/sdk/go/pkg/utils"
)

// ResponsesEvent is a part of an answer that comes as a stream.
type ResponsesEvent struct {
	// Type is such as "response.output_text.delta", "response.output_item.done" or
	// "response.completed".
	Type string `json:"type"`

	// Delta is more of a text, or of a function's arguments.
	Delta string `json:"delta"`

	// Item is the item that is begun, or done. It may be nil.
	Item *ResponsesItem `json:"item"`

	// Response is the answer as it is by now, in events of the whole answer. It may be nil.
	Response *ResponsesModelOutput `json:"response"`

	// Extra are further members of the event.
	Extra Extra `json:"-"`
}

// Stream sends the input and gives the text of the answer piece by piece. A function of the app can
// give the stream as its own.
func (m *ResponsesModel) Stream(input *ResponsesModelInput) stream.Of[string] {
	return func(yield func(string, error) bool) {
		for event, err := range m.StreamEvents(input) {
			if err != nil {
				yield("", err)
				return
			}
			text := ""
			switch event.Type {
			case "response.output_text.delta":
				text = event.Delta
			case "": // the answer of a service that does not stream
				text = event.Response.Text()
			}
			if text != "" && !yield(text, nil) {
				return
			}
		}
	}
}

// StreamEvents sends the input and gives all that comes of the answer. The last event has all of it.
func (m *ResponsesModel) StreamEvents(input *ResponsesModelInput) stream.Of[*ResponsesEvent] {
	return func(yield func(*ResponsesEvent, error) bool) {
		streamed := *input
		streamed.isStreamed = true
		isWhole := false
		for part, err := range models.ReadEvents(m.responsesModelBase.Stream(&streamed)) {
			if err == nil && part.Data == "[DONE]" {
				continue
			}
			var event *ResponsesEvent
			if err == nil {
				event, err = readResponsesEvent(part.Data)
			}
			if err != nil {
				yield(nil, err)
				return
			}
			switch event.Type {
			case "response.completed", "response.incomplete", "":
				isWhole = true
			}
			if !yield(event, nil) {
				return
			}
		}
		if !isWhole {
			yield(nil, errCutOff)
		}
	}
}

func readResponsesEvent(data string) (*ResponsesEvent, error) {
	if err := findError([]byte(data)); err != nil {
		return nil, err
	}
	event := &ResponsesEvent{}
	var err error
	if event.Extra, err = utils.JsonDeserializeWith([]byte(data), event); err != nil {
		return nil, fmt.Errorf("invalid response received from model invocation: %s", data)
	}
	switch event.Type {
	case "":
		event.Extra, event.Response = nil, &ResponsesModelOutput{}
		if err := json.Unmarshal([]byte(data), event.Response); err != nil {
			return nil, err
		}
	case "error":
		var reported ChatModelError
		if err := json.Unmarshal([]byte(data), &reported); err != nil {
			return nil, err
		}
		return nil, fmt.Errorf("the chat model returned an error: %w", &reported)
	case "response.failed":
		if event.Response == nil {
			break
		}
		return nil, findError([]byte(`{"error":` + string(errorOf(event.Response)) + `}`))
	}
	return event, nil
}

// errorOf is JSON of what made an answer fail.
func errorOf(failed *ResponsesModelOutput) utils.RawJsonString {
	if text := failed.Extra["error"]; text != "" && text != "null" {
		return text
	}
	return `{"message":"the answer failed"}`
}
