//go:build !wasip1

package console

import (
	"regexp"
	"testing"
)

func expectTime(t *testing.T, got [][]any, label string) {
	t.Helper()
	pattern := regexp.MustCompile(`^` + label + `: \d+ms$`)
	if len(got) != 1 || got[0][0] != "info" || !pattern.MatchString(got[0][1].(string)) {
		t.Errorf("logged is %v, not the time of %s", got, label)
	}
}

func TestTimersLogTheirTime(t *testing.T) {
	for _, label := range [][]string{nil, {"load"}} {
		name := append(label, "default")[0]
		expect(t, messages(func() { Time(label...) }))
		expectTime(t, messages(func() { TimeLog(label...) }), name)
		expectTime(t, messages(func() { TimeLog(label...) }), name)
		expectTime(t, messages(func() { TimeEnd(label...) }), name)
		warning := []any{"warning", "Timer label '" + name + "' does not exist."}
		expect(t, messages(func() { TimeEnd(label...) }), warning)
		expect(t, messages(func() { TimeLog(label...) }), warning)
	}
}

func TestTimersWithoutLabelAreTheDefaultOne(t *testing.T) {
	Time()
	expectTime(t, messages(func() { TimeEnd("default") }), "default")
}

func TestATimerStartedAgainKeepsItsStart(t *testing.T) {
	Time("twice")
	start := timers["twice"]
	warning := []any{"warning", "Timer label 'twice' already exists."}
	expect(t, messages(func() { Time("twice") }), warning)
	if timers["twice"] != start {
		t.Error("the timer has another start")
	}
	expectTime(t, messages(func() { TimeEnd("twice") }), "twice")
}

func TestTimersHaveOneLabel(t *testing.T) {
	Time("a")
	defer TimeEnd("a")
	for name, function := range map[string]func(...string){
		"Time": Time, "TimeLog": TimeLog, "TimeEnd": TimeEnd,
	} {
		expect(t, messages(func() { function("a", "b") }),
			[]any{"error", "Invalid number of arguments passed to console." + name + " function."})
	}
	if _, running := timers["a"]; !running {
		t.Error("the timer has ended")
	}
}
