//go:build !wasip1

package agents

import "github.com/hypermodeinc/modus/sdk/go/pkg/testutils"

// What was asked of the host in a native test, with the arguments in the order of the host's functions.
var (
	// StartAgentCallStack has the name (*string) of each agent that was started.
	StartAgentCallStack = testutils.NewCallStack()

	// SendMessageCallStack has each message's agent id, name and data (*string), and its timeout
	// in nanoseconds (int64).
	SendMessageCallStack = testutils.NewCallStack()

	// StopAgentCallStack has the id (*string) of each agent that was stopped.
	StopAgentCallStack = testutils.NewCallStack()

	// GetAgentInfoCallStack has the id (*string) of each agent that was asked about.
	GetAgentInfoCallStack = testutils.NewCallStack()

	// ListAgentsCallStack has an empty list for each time that the agents were listed.
	ListAgentsCallStack = testutils.NewCallStack()

	// PublishEventCallStack has each event's agent id, name and JSON (*string).
	// The id is nil, since no agent is active in native tests.
	PublishEventCallStack = testutils.NewCallStack()
)

// Native tests call the methods of agents that no host has activated. The id of their events is nil.
const publishingNeedsId = false

// The one agent that native tests know.
const (
	mockAgentId   = "abc123"
	mockAgentName = "Counter"
)

func mockInfo(agentId *string, status AgentStatus) *AgentInfo {
	if *agentId != mockAgentId {
		return nil
	}
	return &AgentInfo{Id: mockAgentId, Name: mockAgentName, Status: string(status)}
}

func hostStartAgent(agentName *string) *AgentInfo {
	StartAgentCallStack.Push(agentName)
	return &AgentInfo{Id: mockAgentId, Name: *agentName, Status: string(AgentStatusStarting)}
}

func hostSendMessage(agentId, msgName, data *string, timeout int64) *MessageResponse {
	SendMessageCallStack.Push(agentId, msgName, data, timeout)
	if *agentId != mockAgentId {
		return nil
	}
	return mockResponse(data)
}

// mockResponse is what the known agent answers. The tests of this package replace it.
var mockResponse = echo

func echo(data *string) *MessageResponse {
	return &MessageResponse{data: data}
}

func hostStopAgent(agentId *string) *AgentInfo {
	StopAgentCallStack.Push(agentId)
	return mockInfo(agentId, AgentStatusStopping)
}

func hostGetAgentInfo(agentId *string) *AgentInfo {
	GetAgentInfoCallStack.Push(agentId)
	return mockInfo(agentId, AgentStatusRunning)
}

func hostListAgents() *[]AgentInfo {
	ListAgentsCallStack.Push()
	running := string(AgentStatusRunning)
	return &[]AgentInfo{
		{Id: mockAgentId, Name: mockAgentName, Status: running},
		{Id: "def456", Name: "Logger", Status: running},
	}
}

func hostPublishEvent(agentId, eventName, eventData *string) {
	PublishEventCallStack.Push(agentId, eventName, eventData)
}
