package anthropic

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/hypermodeinc/modus/sdk/go/pkg/models"
	"github.com/hypermodeinc/modus/sdk/go/pkg/stream"
	"github.com/hypermodeinc/modus/sdk/go/pkg/utils"
)

// errCutOff is the error of a stream that ends without the model having finished.
var errCutOff = errors.New("the model's answer broke off before its end")

// StreamEvent is a part of an answer that comes as a stream. The type says which of the other fields
// it has.
type StreamEvent struct {
	// Type is "message_start", "content_block_start", "content_block_delta", "content_block_stop",
	// "message_delta", "message_stop" or "ping".
	Type string `json:"type"`

	// Index is the place of the block in the answer, in events of a block.
	Index int `json:"index"`

	// Message is the answer without its content, in a "message_start".
	Message *MessagesModelOutput `json:"message"`

	// ContentBlock is the block without its content, in a "content_block_start".
	ContentBlock *ContentBlock `json:"content_block"`

	// Delta is what is new, in a "content_block_delta" and a "message_delta".
	Delta StreamDelta `json:"delta"`

	// Usage counts the tokens so far, in a "message_delta".
	Usage *Usage `json:"usage"`
}

// StreamDelta is more of an answer, or of a block of it.
type StreamDelta struct {
	// Type is "text_delta", "input_json_delta" or another. It is empty in a "message_delta".
	Type string `json:"type"`

	// Text is more of a text.
	Text string `json:"text"`

	// PartialJson is more of the JSON that a tool is to be given.
	PartialJson string `json:"partial_json"`

	// StopReason says why the answer ends, in a "message_delta".
	StopReason string `json:"stop_reason"`

	// StopSequence is the text before which the answer ended.
	StopSequence string `json:"stop_sequence"`

	// Extra are further members, such as those of a "thinking_delta".
	Extra Extra `json:"-"`
}

// UnmarshalJSON reads what is new as the service writes it.
func (d *StreamDelta) UnmarshalJSON(data []byte) (err error) {
	type plain StreamDelta // the same without this method
	d.Extra, err = utils.JsonDeserializeWith(data, (*plain)(d))
	return err
}

// Stream sends the input and gives the text of the answer piece by piece. A function of the app can
// give the stream as its own.
func (m *MessagesModel) Stream(input *MessagesModelInput) stream.Of[string] {
	return func(yield func(string, error) bool) {
		for event, err := range m.StreamEvents(input) {
			if err != nil {
				yield("", err)
				return
			}
			text := event.Delta.Text
			if event.Type == "message" { // of a service that does not stream
				for _, block := range event.Message.Content {
					if block.Text != nil {
						text += *block.Text
					}
				}
			}
			if text != "" && !yield(text, nil) {
				return
			}
		}
	}
}

// StreamEvents sends the input and gives all that comes of the answer.
func (m *MessagesModel) StreamEvents(input *MessagesModelInput) stream.Of[*StreamEvent] {
	return func(yield func(*StreamEvent, error) bool) {
		streamed := *input
		streamed.isStreamed = true
		isWhole := false
		for part, err := range models.ReadEvents(m.messagesModelBase.Stream(&streamed)) {
			var event *StreamEvent
			if err == nil {
				event, err = readEvent(part.Data)
			}
			if err != nil {
				yield(nil, err)
				return
			}
			isWhole = isWhole || event.Type == "message_stop" || event.Type == "message"
			if !yield(event, nil) {
				return
			}
		}
		if !isWhole {
			yield(nil, errCutOff)
		}
	}
}

func readEvent(data string) (*StreamEvent, error) {
	if err := findError([]byte(data)); err != nil {
		return nil, err
	}
	event := &StreamEvent{}
	if json.Unmarshal([]byte(data), event) != nil {
		return nil, fmt.Errorf("invalid response received from model invocation: %s", data)
	}
	if event.Type == "message" {
		event.Message = &MessagesModelOutput{}
		if err := json.Unmarshal([]byte(data), event.Message); err != nil {
			return nil, err
		}
	}
	return event, nil
}
