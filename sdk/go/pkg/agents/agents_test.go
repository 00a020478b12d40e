//go:build !wasip1

package agents_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/hypermodeinc/modus/sdk/go/pkg/agents"
	"github.com/hypermodeinc/modus/sdk/go/pkg/testutils"
)

type logger struct {
	agents.AgentBase
	name string
}

func (l *logger) Name() string          { return l.name }
func (l *logger) GetState() *string     { return nil }
func (l *logger) SetState(data *string) {}

func init() {
	agents.Register(&logger{name: "Logger"})
}

type event struct {
	Text string `json:"text"`
}

func (event) EventName() string { return "said" }

type badEvent struct{ F func() }

func (badEvent) EventName() string { return "bad" }

func expectError(t *testing.T, err error, text string) {
	t.Helper()
	if err == nil || err.Error() != text {
		t.Errorf("expected the error %q, got %v", text, err)
	}
}

// expectCall takes the latest call, whose texts must be as given.
func expectCall(t *testing.T, stack *testutils.CallStack, texts ...string) []any {
	t.Helper()
	call := stack.Pop()
	if len(call) < len(texts) {
		t.Fatalf("expected %d arguments, got %d", len(texts), len(call))
	}
	for i, text := range texts {
		if got := *call[i].(*string); got != text {
			t.Errorf("expected argument %d to be %q, got %q", i, text, got)
		}
	}
	return call
}

func TestStartAsksTheHostForARegisteredAgent(t *testing.T) {
	info, err := agents.Start("Logger")
	if err != nil {
		t.Fatal(err)
	}
	if info != (agents.AgentInfo{Id: "abc123", Name: "Logger", Status: "starting"}) {
		t.Errorf("got %+v", info)
	}
	expectCall(t, agents.StartAgentCallStack, "Logger")
}

func TestStartOfAnUnknownAgentDoesNotReachTheHost(t *testing.T) {
	before := agents.StartAgentCallStack.Size()
	_, err := agents.Start("Nobody")
	expectError(t, err, "agent Nobody not found")
	if agents.StartAgentCallStack.Size() != before {
		t.Error("the host was asked")
	}
}

func TestStopLooksForTheAgentFirst(t *testing.T) {
	info, err := agents.Stop("abc123")
	if err != nil {
		t.Fatal(err)
	}
	if info != (agents.AgentInfo{Id: "abc123", Name: "Counter", Status: "stopping"}) {
		t.Errorf("got %+v", info)
	}
	expectCall(t, agents.GetAgentInfoCallStack, "abc123")
	expectCall(t, agents.StopAgentCallStack, "abc123")

	before := agents.StopAgentCallStack.Size()
	_, err = agents.Stop("xyz")
	expectError(t, err, "agent xyz not found")
	_, err = agents.Stop("")
	expectError(t, err, "invalid agent ID")
	if agents.StopAgentCallStack.Size() != before {
		t.Error("the host was asked to stop an unknown agent")
	}
}

func TestGetInfo(t *testing.T) {
	info, err := agents.GetInfo("abc123")
	if err != nil {
		t.Fatal(err)
	}
	if info.Name != "Counter" || info.Status != string(agents.AgentStatusRunning) {
		t.Errorf("got %+v", info)
	}
	_, err = agents.GetInfo("xyz")
	expectError(t, err, "agent xyz not found")
	_, err = agents.GetInfo("")
	expectError(t, err, "invalid agent ID")
}

func TestListAll(t *testing.T) {
	before := agents.ListAgentsCallStack.Size()
	infos, err := agents.ListAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(infos) != 2 || infos[0].Id != "abc123" || infos[1].Name != "Logger" {
		t.Errorf("got %+v", infos)
	}
	if agents.ListAgentsCallStack.Size() != before+1 {
		t.Error("expected one call")
	}
}

func TestSendMessageWaitsForEverUnlessToldOtherwise(t *testing.T) {
	reply, err := agents.SendMessage("abc123", "add", agents.WithData("5"))
	if err != nil {
		t.Fatal(err)
	}
	if reply == nil || *reply != "5" {
		t.Errorf("got %v", reply)
	}
	call := expectCall(t, agents.SendMessageCallStack, "abc123", "add", "5")
	if call[3] != int64(math.MaxInt64) {
		t.Errorf("waits for %v", call[3])
	}

	if _, err = agents.SendMessage("abc123", "add", agents.WithTimeout(3*time.Second)); err != nil {
		t.Fatal(err)
	}
	call = expectCall(t, agents.SendMessageCallStack, "abc123", "add")
	if call[2].(*string) != nil || call[3] != int64(3_000_000_000) {
		t.Errorf("got %v", call)
	}
}

func TestSendMessageAsyncDoesNotWait(t *testing.T) {
	err := agents.SendMessageAsync("abc123", "add", agents.WithTimeout(-1), agents.WithData("x"))
	if err != nil {
		t.Fatal(err)
	}
	if call := expectCall(t, agents.SendMessageCallStack, "abc123", "add", "x"); call[3] != int64(0) {
		t.Errorf("waits for %v", call[3])
	}
}

func TestMessagesAreCheckedBeforeTheHostIsAsked(t *testing.T) {
	before := agents.SendMessageCallStack.Size()
	_, err := agents.SendMessage("", "", agents.WithTimeout(-1))
	expectError(t, err, "timeout must be zero or positive value")
	_, err = agents.SendMessage("", "")
	expectError(t, err, "agentId cannot be empty")
	_, err = agents.SendMessage("abc123", "")
	expectError(t, err, "message name cannot be empty")
	expectError(t, agents.SendMessageAsync("", "x"), "agentId cannot be empty")
	if agents.SendMessageCallStack.Size() != before {
		t.Error("the host was asked")
	}
}

func TestSendMessageToAnUnknownAgentFails(t *testing.T) {
	_, err := agents.SendMessage("xyz", "add")
	expectError(t, err, "failed to send message to agent")
}

func TestPublishEventSendsTheEventAsJson(t *testing.T) {
	agent := &logger{name: "Logger"}
	if err := agent.PublishEvent(event{"1 < 2"}); err != nil {
		t.Fatal(err)
	}
	call := agents.PublishEventCallStack.Pop()
	if name, data := *call[1].(*string), *call[2].(*string); name != "said" || data != `{"text":"1 < 2"}` {
		t.Errorf("published %s: %s", name, data)
	}
}

func TestPublishEventSaysThatTheEventIsNoJson(t *testing.T) {
	before := agents.PublishEventCallStack.Size()
	err := (&logger{}).PublishEvent(badEvent{})
	if err == nil || !strings.HasPrefix(err.Error(), "failed to serialize event data: ") {
		t.Errorf("got %v", err)
	}
	if agents.PublishEventCallStack.Size() != before {
		t.Error("the host was asked")
	}
}

func TestAgentBaseDoesNothing(t *testing.T) {
	var agent agents.Agent = &logger{name: "Logger"}
	for _, err := range []error{agent.OnInitialize(), agent.OnSuspend(), agent.OnResume(), agent.OnTerminate()} {
		if err != nil {
			t.Error(err)
		}
	}
	if reply, err := agent.OnReceiveMessage("x", nil); reply != nil || err != nil {
		t.Errorf("got %v, %v", reply, err)
	}
	if id := agent.Id(); id != "" {
		t.Errorf("an agent that is not active has the id %q", id)
	}
}
