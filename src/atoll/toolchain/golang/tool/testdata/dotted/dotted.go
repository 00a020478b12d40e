// Package plain does not have the name of its folder.
package plain

import "example.com/dotted.v2/far"

type Box[T any] struct {
	Value T
	Far   *far.Thing
}

//go:wasmexport pick
func pick(list []far.Thing, at int) (*far.Thing, error) { return &list[at], nil }
