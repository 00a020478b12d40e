package main

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/hypermodeinc/modus/sdk/go/pkg/agents"
)

type counter struct {
	agents.AgentBase
	count int
	log   []string
}

type counted struct {
	Count int     `json:"count"`
	By    *string `json:"by"`
}

func (counted) EventName() string { return "countUpdated" }

type broken struct {
	Bad chan int
}

func (broken) EventName() string { return "broken" }

func (c *counter) Name() string { return "Counter" }

func (c *counter) GetState() *string {
	if c.count < 0 {
		return nil
	}
	state := strconv.Itoa(c.count)
	return &state
}

func (c *counter) SetState(data *string) {
	c.log = append(c.log, "state")
	c.count = -1
	if data != nil {
		c.count, _ = strconv.Atoi(*data)
	}
}

func (c *counter) OnInitialize() error { return c.note("initialize " + c.Id()) }
func (c *counter) OnSuspend() error    { return c.note("suspend") }
func (c *counter) OnResume() error     { return c.note("resume") }
func (c *counter) OnTerminate() error  { return errors.New("not now") }

func (c *counter) note(event string) error {
	c.log = append(c.log, event)
	return nil
}

func (c *counter) OnReceiveMessage(msgName string, data *string) (*string, error) {
	switch msgName {
	case "increment":
		c.count++
		if data != nil {
			more, err := strconv.Atoi(*data)
			if err != nil {
				return nil, err
			}
			c.count += more - 1
		}
		if err := c.PublishEvent(counted{c.count, data}); err != nil {
			return nil, err
		}
		return c.GetState(), nil
	case "echo":
		return data, nil
	case "log":
		log := strings.Join(c.log, ",")
		return &log, nil
	case "broken":
		return nil, c.PublishEvent(broken{})
	}
	return c.AgentBase.OnReceiveMessage(msgName, data)
}

// An agent that does no more than it must.
type quiet struct {
	agents.AgentBase
}

func (q *quiet) Name() string          { return "Quiet ✨" }
func (q *quiet) GetState() *string     { return nil }
func (q *quiet) SetState(data *string) {}

var theCounter = &counter{}

func init() {
	agents.Register(theCounter)
	agents.Register(&quiet{})
}

func StartAgent(name string) (agents.AgentInfo, error) { return agents.Start(name) }
func StopAgent(id string) (agents.AgentInfo, error)    { return agents.Stop(id) }
func AgentInfo(id string) (agents.AgentInfo, error)    { return agents.GetInfo(id) }
func ListAgents() ([]agents.AgentInfo, error)          { return agents.ListAll() }

func SendMessage(id, name string) (*string, error) {
	return agents.SendMessage(id, name)
}

func SendData(id, name, data string, timeout time.Duration) (*string, error) {
	return agents.SendMessage(id, name, agents.WithData(data), agents.WithTimeout(timeout))
}

func SendAsync(id, name string) error {
	if err := agents.SendMessageAsync(id, name); err != nil {
		return err
	}
	return agents.SendMessageAsync(id, name, agents.WithTimeout(time.Second), agents.WithData("d"))
}

func PublishOutside() error {
	return theCounter.PublishEvent(counted{Count: 1})
}

func AgentStatuses() []string {
	return []string{
		string(agents.AgentStatusStarting), string(agents.AgentStatusRunning), string(agents.AgentStatusSuspending),
		string(agents.AgentStatusSuspended), string(agents.AgentStatusResuming), string(agents.AgentStatusStopping),
		string(agents.AgentStatusTerminated), theCounter.Id(),
	}
}
