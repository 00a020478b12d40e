//go:build wasip1

package agents

import (
	"runtime"
	"unsafe"

	"github.com/hypermodeinc/modus/sdk/go/pkg/pins"
)

const publishingNeedsId = true

//go:wasmimport modus_agents startAgent
func hostStartAgentRaw(agentName unsafe.Pointer) unsafe.Pointer

//modus:import modus_agents startAgent
func hostStartAgent(agentName *string) *AgentInfo {
	mark := pins.Mark()
	info := (*AgentInfo)(hostStartAgentRaw(unsafe.Pointer(agentName)))
	pins.Release(mark)
	runtime.KeepAlive(agentName)
	return info
}

//go:wasmimport modus_agents sendMessage
func hostSendMessageRaw(agentId, msgName, data unsafe.Pointer, timeout int64) unsafe.Pointer

//modus:import modus_agents sendMessage
func hostSendMessage(agentId, msgName, data *string, timeout int64) *MessageResponse {
	mark := pins.Mark()
	response := (*MessageResponse)(hostSendMessageRaw(
		unsafe.Pointer(agentId), unsafe.Pointer(msgName), unsafe.Pointer(data), timeout))
	pins.Release(mark)
	runtime.KeepAlive(agentId)
	runtime.KeepAlive(msgName)
	runtime.KeepAlive(data)
	return response
}

//go:wasmimport modus_agents stopAgent
func hostStopAgentRaw(agentId unsafe.Pointer) unsafe.Pointer

//modus:import modus_agents stopAgent
func hostStopAgent(agentId *string) *AgentInfo {
	mark := pins.Mark()
	info := (*AgentInfo)(hostStopAgentRaw(unsafe.Pointer(agentId)))
	pins.Release(mark)
	runtime.KeepAlive(agentId)
	return info
}

//go:wasmimport modus_agents getAgentInfo
func hostGetAgentInfoRaw(agentId unsafe.Pointer) unsafe.Pointer

//modus:import modus_agents getAgentInfo
func hostGetAgentInfo(agentId *string) *AgentInfo {
	mark := pins.Mark()
	info := (*AgentInfo)(hostGetAgentInfoRaw(unsafe.Pointer(agentId)))
	pins.Release(mark)
	runtime.KeepAlive(agentId)
	return info
}

//go:wasmimport modus_agents listAgents
func hostListAgentsRaw() unsafe.Pointer

//modus:import modus_agents listAgents
func hostListAgents() *[]AgentInfo {
	mark := pins.Mark()
	infos := (*[]AgentInfo)(hostListAgentsRaw())
	pins.Release(mark)
	return infos
}

//go:wasmimport modus_agents publishEvent
func hostPublishEventRaw(agentId, eventName, eventData unsafe.Pointer)

//modus:import modus_agents publishEvent
func hostPublishEvent(agentId, eventName, eventData *string) {
	mark := pins.Mark()
	hostPublishEventRaw(unsafe.Pointer(agentId), unsafe.Pointer(eventName), unsafe.Pointer(eventData))
	pins.Release(mark)
	runtime.KeepAlive(agentId)
	runtime.KeepAlive(eventName)
	runtime.KeepAlive(eventData)
}
