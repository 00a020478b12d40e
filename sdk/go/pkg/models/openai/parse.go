package openai

import (
	"encoding/json"
	"errors"
)

// parsedMessage is a message of which only the JSON text and the role are known.
type parsedMessage struct {
	role string
	text json.RawMessage
}

// ParseMessages reads a JSON list of messages, as json.Marshal gives it for the Messages of
// a ChatModelInput. An agent can so keep a conversation in its state. The messages have their role,
// and become the same JSON again, but cannot be looked into. The error says that it is no list or
// that a role is missing.
func ParseMessages(data []byte) ([]RequestMessage, error) {
	var texts []json.RawMessage
	if err := json.Unmarshal(data, &texts); err != nil {
		return nil, err
	}
	messages := make([]RequestMessage, len(texts))
	for i, text := range texts {
		var head struct {
			Role *string `json:"role"`
		}
		if err := json.Unmarshal(text, &head); err != nil {
			return nil, err
		}
		if head.Role == nil {
			return nil, errors.New("missing role field in message JSON")
		}
		messages[i] = &parsedMessage{*head.Role, text}
	}
	return messages, nil
}

// Role is the role in the JSON.
func (m *parsedMessage) Role() string { return m.role }

// MarshalJSON gives the JSON that was read.
func (m parsedMessage) MarshalJSON() ([]byte, error) { return m.text, nil }
