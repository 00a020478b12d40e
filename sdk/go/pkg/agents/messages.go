package agents

import (
	"errors"
	"math"
	"time"
)

const waitForEver time.Duration = math.MaxInt64

// MessageResponse is what the host answers to a message. Apps have no use for it.
type MessageResponse struct {
	data  *string
	error *string
}

type messageOptions struct {
	data    *string
	timeout time.Duration
}

type messageOption func(options *messageOptions)

// WithData gives a message its data, for SendMessage and SendMessageAsync.
func WithData(data string) messageOption {
	return func(options *messageOptions) {
		options.data = &data
	}
}

// WithTimeout limits how long SendMessage waits for the reply. 0 means not to wait.
// Without this option it waits as long as it takes.
func WithTimeout(timeout time.Duration) messageOption {
	return func(options *messageOptions) {
		options.timeout = timeout
	}
}

// SendMessage sends a message to an agent and gives the reply, which is nil if the agent has none or
// if the timeout is 0.
func SendMessage(agentId, msgName string, options ...messageOption) (*string, error) {
	message := messageOptions{timeout: waitForEver}
	for _, option := range options {
		option(&message)
	}
	return send(agentId, msgName, message)
}

// SendMessageAsync sends a message to an agent without waiting until it has been handled.
func SendMessageAsync(agentId, msgName string, options ...messageOption) error {
	var message messageOptions
	for _, option := range options {
		option(&message)
	}
	message.timeout = 0
	_, err := send(agentId, msgName, message)
	return err
}

func send(agentId, msgName string, message messageOptions) (*string, error) {
	if message.timeout < 0 {
		return nil, errors.New("timeout must be zero or positive value")
	}
	if agentId == "" {
		return nil, errors.New("agentId cannot be empty")
	}
	if msgName == "" {
		return nil, errors.New("message name cannot be empty")
	}
	response := hostSendMessage(&agentId, &msgName, message.data, int64(message.timeout))
	if response == nil {
		return nil, errors.New("failed to send message to agent")
	}
	if response.error != nil {
		return nil, errors.New(*response.error)
	}
	return response.data, nil
}
