package main

import (
	"strings"
	"testing"

	"github.com/hypermodeinc/modus/sdk/go/pkg/models"
)

// In tests the SDK has a stand-in for the host, which keeps what it is asked.
func TestAsksTheModelAboutTheEvent(t *testing.T) {
	before := models.InvokeModelCallStack.Size()
	// The stand-in's answer has no choices.
	if _, err := GenerateExcuses(" the Monday meeting "); err == nil {
		t.Error("an answer without choices is an error")
	}
	if made := models.InvokeModelCallStack.Size() - before; made != 1 {
		t.Fatalf("the model was asked %d times", made)
	}
	call := models.InvokeModelCallStack.Pop()
	name, input := *call[0].(*string), *call[1].(*string)
	if name != "text-generator" {
		t.Errorf("the model is %q", name)
	}
	if !strings.Contains(input, "I want to miss the Monday meeting.") {
		t.Errorf("it was asked %s", input)
	}
}

func TestWantsAnEvent(t *testing.T) {
	if _, err := GenerateExcuses("  "); err == nil || !strings.Contains(err.Error(), "which event") {
		t.Errorf("the error is %v", err)
	}
}
