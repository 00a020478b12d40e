package agents

import (
	"errors"
	"fmt"
)

// AgentInfo is what is known of an agent.
type AgentInfo struct {
	// Id is the agent's own id.
	Id string

	// Name is the name by which it was started.
	Name string

	// Status is one of the values of AgentStatus.
	Status string
}

// AgentStatus says what an agent does at the moment.
type AgentStatus string

// What an agent may do.
const (
	AgentStatusStarting   AgentStatus = "starting"
	AgentStatusRunning    AgentStatus = "running"
	AgentStatusSuspending AgentStatus = "suspending"
	AgentStatusSuspended  AgentStatus = "suspended"
	AgentStatusResuming   AgentStatus = "resuming"
	AgentStatusStopping   AgentStatus = "stopping"
	AgentStatusTerminated AgentStatus = "terminated"
)

// Start starts an agent of the given name, which must be registered. Each call starts another one.
func Start(name string) (AgentInfo, error) {
	if _, found := registered[name]; !found {
		return AgentInfo{}, notFound(name)
	}
	info := hostStartAgent(&name)
	if info == nil {
		return AgentInfo{}, fmt.Errorf("failed to start agent %s", name)
	}
	return *info, nil
}

// Stop ends an agent for good.
func Stop(agentId string) (AgentInfo, error) {
	if _, err := GetInfo(agentId); err != nil {
		return AgentInfo{}, err
	}
	info := hostStopAgent(&agentId)
	if info == nil {
		return AgentInfo{}, fmt.Errorf("failed to stop agent %s", agentId)
	}
	return *info, nil
}

// GetInfo says what is known of an agent.
func GetInfo(agentId string) (AgentInfo, error) {
	if agentId == "" {
		return AgentInfo{}, errors.New("invalid agent ID")
	}
	info := hostGetAgentInfo(&agentId)
	if info == nil {
		return AgentInfo{}, notFound(agentId)
	}
	return *info, nil
}

// ListAll says what is known of all agents of the app that have not ended.
func ListAll() ([]AgentInfo, error) {
	infos := hostListAgents()
	if infos == nil {
		return nil, errors.New("failed to list agents")
	}
	return *infos, nil
}

func notFound(agent string) error {
	return fmt.Errorf("agent %s not found", agent)
}
