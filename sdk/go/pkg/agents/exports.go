package agents

import "github.com/hypermodeinc/modus/sdk/go/pkg/console"

// What the host calls in the instance of the module in which an agent lives. What goes wrong here is
// logged, since the host's calls have nobody to whom an error could be returned.

//go:export _modus_agent_activate
func activateAgent(name, id string) {
	if active != nil {
		console.Errorf("Agent %s cannot be activated: agent %s is active in this instance.", name, active.Name())
		return
	}
	agent, found := registered[name]
	if !found {
		console.Errorf("Agent %s not found.", name)
		return
	}
	active, activeId = agent, id
}

//go:export _modus_agent_get_state
func getAgentState() *string {
	if !hasActive() {
		return nil
	}
	return active.GetState()
}

//go:export _modus_agent_set_state
func setAgentState(data *string) {
	if hasActive() {
		active.SetState(data)
	}
}

//go:export _modus_agent_handle_event
func handleEvent(action string) {
	if !hasActive() {
		return
	}
	switch action {
	case "initialize":
		report("initializing", active.OnInitialize())
	case "suspend":
		report("suspending", active.OnSuspend())
	case "resume":
		report("resuming", active.OnResume())
	case "terminate":
		report("terminating", active.OnTerminate())
	default:
		console.Errorf("Unknown agent event: %s", action)
	}
}

//go:export _modus_agent_handle_message
func handleMessage(msgName string, data *string) *string {
	if !hasActive() {
		return nil
	}
	reply, err := active.OnReceiveMessage(msgName, data)
	if err != nil {
		console.Errorf("Error handling message %s: %v", msgName, err)
		return nil
	}
	return reply
}

func hasActive() bool {
	if active == nil {
		console.Error("No agent is active in this instance.")
	}
	return active != nil
}

func report(doing string, err error) {
	if err != nil {
		console.Errorf("Error %s agent %s: %v", doing, active.Name(), err)
	}
}
