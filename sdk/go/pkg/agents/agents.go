// Package agents lets an app have agents: objects that keep their state from message to message.
//
// An agent is a type that embeds AgentBase. It is registered from an init function, since every
// instance of the app's module must know it:
//
//	type counter struct {
//		agents.AgentBase
//		count int
//	}
//
//	func init() { agents.Register(&counter{}) }
//
// The other functions of the app then start agents by their name, and send messages to them.
package agents

import (
	"errors"
	"fmt"

	"github.com/hypermodeinc/modus/sdk/go/pkg/utils"
)

// Agent is what an app writes. AgentBase, when embedded, has all of it but Name, GetState and SetState.
type Agent interface {
	// Id is the id of the running agent.
	Id() string

	// Name is the name by which agents of this type are started.
	Name() string

	// GetState gives what must be kept while the agent is not in memory, as a text. It may be nil.
	GetState() *string

	// SetState takes a text that GetState gave earlier.
	SetState(data *string)

	// OnInitialize is called when the agent has been started, before the first message.
	OnInitialize() error

	// OnSuspend is called before the agent leaves memory for a while.
	OnSuspend() error

	// OnResume is called when the agent is in memory again, after SetState.
	OnResume() error

	// OnTerminate is called before the agent ends for good.
	OnTerminate() error

	// OnReceiveMessage handles a message and gives the reply, which may be nil. An error is logged,
	// and the sender gets no reply.
	OnReceiveMessage(msgName string, data *string) (*string, error)
}

// AgentEvent is something that an agent tells those who listen to it. Its JSON is what they get.
type AgentEvent interface {
	// EventName is the name of the event.
	EventName() string
}

// AgentBase is what every agent embeds. Its methods for what happens to the agent do nothing.
type AgentBase struct{}

// The agents of the app by their names, and the one that lives in this instance of the module.
var (
	registered = map[string]Agent{}
	active     Agent
	activeId   string
)

// Register makes an agent known under its name, in place of an earlier one of that name. It must be
// called from an init function.
func Register(agent Agent) {
	registered[agent.Name()] = agent
}

// Id is the id of the agent that lives in this instance of the module. It is empty if there is none.
func (a *AgentBase) Id() string {
	return activeId
}

// OnInitialize does nothing.
func (a *AgentBase) OnInitialize() error { return nil }

// OnSuspend does nothing.
func (a *AgentBase) OnSuspend() error { return nil }

// OnResume does nothing.
func (a *AgentBase) OnResume() error { return nil }

// OnTerminate does nothing.
func (a *AgentBase) OnTerminate() error { return nil }

// OnReceiveMessage ignores the message.
func (a *AgentBase) OnReceiveMessage(msgName string, data *string) (*string, error) {
	return nil, nil
}

// PublishEvent tells an event to those who listen to the agent. It is an error if the event cannot
// be written as JSON, or if no agent lives in this instance of the module.
func (a *AgentBase) PublishEvent(event AgentEvent) error {
	id := publisher()
	if id == nil && publishingNeedsId {
		return errors.New("events can only be published by an active agent")
	}
	data, err := utils.JsonSerialize(event)
	if err != nil {
		return fmt.Errorf("failed to serialize event data: %w", err)
	}
	name, text := event.EventName(), string(data)
	hostPublishEvent(id, &name, &text)
	return nil
}

func publisher() *string {
	if active == nil {
		return nil
	}
	id := activeId
	return &id
}
