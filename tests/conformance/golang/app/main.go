// Package main has the functions of the checklist. Those that take values compare them, and end with
// exit code 1 if they are others.
package main

import (
	"fmt"
	"os"
	"reflect"
)

func equal[T comparable](got, want T) {
	if got != want {
		fail(got, want)
	}
}

// pointsAt fails unless the pointer leads to that value.
func pointsAt[T comparable](got *T, want T) {
	if got == nil {
		fail(nil, want)
	}
	equal(*got, want)
}

func isNil[T any](got *T) {
	if got != nil {
		fail(*got, nil)
	}
}

// same compares deeply. Nil is not the same as empty.
func same[T any](got, want T) {
	if !reflect.DeepEqual(got, want) {
		fail(got, want)
	}
}

func fail(got, want any) {
	fmt.Printf("Error: got %#v, want %#v\n", got, want)
	os.Exit(1)
}

func to[T any](value T) *T {
	return &value
}
