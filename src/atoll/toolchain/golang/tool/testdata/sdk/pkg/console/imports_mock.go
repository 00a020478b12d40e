//go:build !wasip1

package console

func hostLog(level, message *string) {}
