//go:build tinygo

package main

// keepCollecting does nothing: it takes a goroutine.
func keepCollecting() {}
