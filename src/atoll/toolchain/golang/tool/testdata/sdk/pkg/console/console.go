// Package console has the interface of the SDK's, as far as generated code uses it.
package console

func Error(message string) {
	level := "error"
	hostLog(&level, &message)
}
