// Package console writes messages to the host's log.
//
// A message of level error also becomes an error of the GraphQL response, even if the function that
// logged it succeeds.
package console

import "fmt"

// Log writes a message without a level.
func Log(message string) {
	logMessage("", message)
}

// Logf is Log with the formatting of fmt.Sprintf.
func Logf(format string, args ...any) {
	Log(fmt.Sprintf(format, args...))
}

// Debug writes a message of level debug.
func Debug(message string) {
	logMessage("debug", message)
}

// Debugf is Debug with the formatting of fmt.Sprintf.
func Debugf(format string, args ...any) {
	Debug(fmt.Sprintf(format, args...))
}

// Info writes a message of level info.
func Info(message string) {
	logMessage("info", message)
}

// Infof is Info with the formatting of fmt.Sprintf.
func Infof(format string, args ...any) {
	Info(fmt.Sprintf(format, args...))
}

// Warn writes a message of level warning.
func Warn(message string) {
	logMessage("warning", message)
}

// Warnf is Warn with the formatting of fmt.Sprintf.
func Warnf(format string, args ...any) {
	Warn(fmt.Sprintf(format, args...))
}

// Error writes a message of level error.
func Error(message string) {
	logMessage("error", message)
}

// Errorf is Error with the formatting of fmt.Sprintf.
func Errorf(format string, args ...any) {
	Error(fmt.Sprintf(format, args...))
}

// Assert writes a message of level error unless the condition holds. The program goes on.
func Assert(condition bool, message string) {
	if !condition {
		Error("Assertion failed: " + message)
	}
}

func logMessage(level, message string) {
	hostLogMessage(&level, &message)
}
