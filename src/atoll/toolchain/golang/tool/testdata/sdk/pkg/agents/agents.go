// Package agents exports private functions, as the SDK's does.
package agents

// Info is what is known of an agent.
type Info struct {
	// Id names it.
	Id    string
	state map[string]*Info
}

var state *string

func Last() *Info { return &Info{} }

//go:export _modus_agent_activate
func activate(name, id string) {}

//go:export _modus_agent_get_state
func getState() *string { return state }

//go:export _modus_agent_handle_message
func handleMessage(msgName string, data *string) *string { return data }
