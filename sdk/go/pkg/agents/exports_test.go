//go:build !wasip1

package agents

import (
	"errors"
	"slices"
	"testing"

	"github.com/hypermodeinc/modus/sdk/go/pkg/console"
)

type recorder struct {
	AgentBase
	name  string
	state string
	calls []string
	fail  error
}

func (r *recorder) Name() string          { return r.name }
func (r *recorder) GetState() *string     { return &r.state }
func (r *recorder) SetState(data *string) { r.state = *data }
func (r *recorder) OnInitialize() error   { return r.note("initialize") }
func (r *recorder) OnSuspend() error      { return r.note("suspend") }
func (r *recorder) OnResume() error       { return r.note("resume") }
func (r *recorder) OnTerminate() error    { return r.note("terminate") }

func (r *recorder) OnReceiveMessage(msgName string, data *string) (*string, error) {
	return data, r.note("message " + msgName)
}

func (r *recorder) note(call string) error {
	r.calls = append(r.calls, call)
	return r.fail
}

// activated gives an agent that is active until the test ends.
func activated(t *testing.T) *recorder {
	agent := &recorder{name: "Recorder"}
	forgetActive(t)
	Register(agent)
	activateAgent("Recorder", "id1")
	return agent
}

func forgetActive(t *testing.T) {
	active, activeId = nil, ""
	t.Cleanup(func() {
		active, activeId = nil, ""
		delete(registered, "Recorder")
	})
}

// expectLogged says whether exactly the given texts were logged, all at level error.
func expectLogged(t *testing.T, action func(), texts ...string) {
	t.Helper()
	before := console.LogCallStack.Size()
	action()
	var logged []string
	for _, line := range console.LogCallStack.Items[before:] {
		if line[0] != "error" {
			t.Errorf("logged at level %v", line[0])
		}
		logged = append(logged, line[1].(string))
	}
	if !slices.Equal(logged, texts) {
		t.Errorf("expected the log %q, got %q", texts, logged)
	}
}

func TestALaterAgentOfTheSameNameReplacesTheEarlier(t *testing.T) {
	first := activated(t)
	active = nil
	second := &recorder{name: first.name}
	Register(second)
	activateAgent("Recorder", "id1")
	if active != second {
		t.Error("the earlier one was activated")
	}
}

func TestTheActiveAgentHasItsId(t *testing.T) {
	agent := activated(t)
	if id := agent.Id(); id != "id1" {
		t.Errorf("got %q", id)
	}
	if err := agent.PublishEvent(namedEvent("e")); err != nil {
		t.Fatal(err)
	}
	if id := *PublishEventCallStack.Pop()[0].(*string); id != "id1" {
		t.Errorf("published as %q", id)
	}
}

type namedEvent string

func (e namedEvent) EventName() string { return string(e) }

func TestOnlyOneAgentIsActive(t *testing.T) {
	activated(t)
	expectLogged(t, func() { activateAgent("Recorder", "id2") },
		"Agent Recorder cannot be activated: agent Recorder is active in this instance.")
	if activeId != "id1" {
		t.Errorf("the active agent is now %q", activeId)
	}
}

func TestAnUnknownAgentIsNotActivated(t *testing.T) {
	forgetActive(t)
	expectLogged(t, func() { activateAgent("Nobody", "id1") }, "Agent Nobody not found.")
	if active != nil {
		t.Error("an agent is active")
	}
}

func TestStateGoesToTheAgentAndBack(t *testing.T) {
	agent := activated(t)
	state := "seven"
	setAgentState(&state)
	if agent.state != "seven" {
		t.Errorf("the agent has %q", agent.state)
	}
	if got := getAgentState(); *got != "seven" {
		t.Errorf("got %q", *got)
	}
}

func TestEventsReachTheirMethods(t *testing.T) {
	agent := activated(t)
	expectLogged(t, func() {
		for _, action := range []string{"initialize", "suspend", "resume", "terminate"} {
			handleEvent(action)
		}
	})
	if !slices.Equal(agent.calls, []string{"initialize", "suspend", "resume", "terminate"}) {
		t.Errorf("called %v", agent.calls)
	}
	expectLogged(t, func() { handleEvent("dance") }, "Unknown agent event: dance")
}

func TestErrorsOfEventsAreLogged(t *testing.T) {
	agent := activated(t)
	agent.fail = errors.New("no")
	for action, doing := range map[string]string{
		"initialize": "initializing", "suspend": "suspending", "resume": "resuming", "terminate": "terminating",
	} {
		expectLogged(t, func() { handleEvent(action) }, "Error "+doing+" agent Recorder: no")
	}
}

func TestMessagesAreAnswered(t *testing.T) {
	agent := activated(t)
	data := "hello"
	if reply := handleMessage("greet", &data); reply == nil || *reply != "hello" {
		t.Errorf("got %v", reply)
	}
	if reply := handleMessage("ping", nil); reply != nil {
		t.Errorf("got %v", reply)
	}
	agent.fail = errors.New("no")
	expectLogged(t, func() {
		if reply := handleMessage("greet", &data); reply != nil {
			t.Errorf("got the reply %q in spite of the error", *reply)
		}
	}, "Error handling message greet: no")
	if !slices.Equal(agent.calls, []string{"message greet", "message ping", "message greet"}) {
		t.Errorf("called %v", agent.calls)
	}
}

func TestWithoutAnActiveAgentNothingHappens(t *testing.T) {
	forgetActive(t)
	none := "No agent is active in this instance."
	expectLogged(t, func() {
		if getAgentState() != nil {
			t.Error("got a state")
		}
	}, none)
	expectLogged(t, func() { setAgentState(nil) }, none)
	expectLogged(t, func() { handleEvent("initialize") }, none)
	expectLogged(t, func() {
		if handleMessage("greet", nil) != nil {
			t.Error("got a reply")
		}
	}, none)
}

func TestTheErrorInTheHostsResponseBecomesTheError(t *testing.T) {
	text := "agent is no longer available"
	mockResponse = func(*string) *MessageResponse { return &MessageResponse{error: &text} }
	t.Cleanup(func() { mockResponse = echo })
	if _, err := SendMessage("abc123", "x"); err == nil || err.Error() != text {
		t.Errorf("got %v", err)
	}
}
