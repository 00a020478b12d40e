package main

import "github.com/hypermodeinc/modus/sdk/go/pkg/console"

func LogInEveryWay() string {
	console.Log("log é✨")
	console.Logf("%s %d%%", "logf", 1)
	console.Debug("debug")
	console.Debugf("%s %d", "debugf", 2)
	console.Info("info")
	console.Infof("%v", []string{"infof"})
	console.Warn("warn")
	console.Warnf("%q", "warnf")
	console.Error("error")
	console.Errorf("%5.2f", 3.14159)
	return "done"
}

func LogText(text string) {
	console.Log(text)
}

func AssertTwice() {
	console.Assert(true, "not told")
	console.Assert(false, "told")
}

func UseTimers() {
	console.Time()
	console.TimeLog()
	console.TimeEnd()
	console.TimeEnd()
	console.Time("a")
	console.Time("a")
	console.TimeEnd("a")
	console.TimeLog("a")
	console.Time("a", "b")
	console.TimeLog("a", "b")
	console.TimeEnd("a", "b")
}
