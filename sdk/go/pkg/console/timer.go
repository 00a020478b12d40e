package console

import "time"

const defaultLabel = "default"

// timers has the start of each running timer, by its label.
var timers = map[string]time.Time{}

// Time starts a timer. Timers have labels, at most one each; without one it is "default".
// A timer that is already running goes on.
func Time(label ...string) {
	name, ok := timerLabel("Time", label)
	if !ok {
		return
	}
	if _, running := timers[name]; running {
		Warn("Timer label '" + name + "' already exists.")
		return
	}
	timers[name] = time.Now()
}

// TimeLog writes for how many milliseconds a timer has been running, at level info.
func TimeLog(label ...string) {
	if name, ok := timerLabel("TimeLog", label); ok {
		logTimer(name)
	}
}

// TimeEnd is TimeLog, and ends the timer.
func TimeEnd(label ...string) {
	if name, ok := timerLabel("TimeEnd", label); ok {
		logTimer(name)
		delete(timers, name)
	}
}

func timerLabel(function string, label []string) (string, bool) {
	switch len(label) {
	case 0:
		return defaultLabel, true
	case 1:
		return label[0], true
	default:
		Error("Invalid number of arguments passed to console." + function + " function.")
		return "", false
	}
}

func logTimer(name string) {
	start, running := timers[name]
	if !running {
		Warn("Timer label '" + name + "' does not exist.")
		return
	}
	Infof("%s: %dms", name, time.Since(start).Milliseconds())
}
