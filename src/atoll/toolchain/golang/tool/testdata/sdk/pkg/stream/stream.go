// Package stream stands in for that of the SDK.
package stream

import "unsafe"

type Of[T any] func(yield func(T, error) bool)

type Other[T any] func(yield func(T, error) bool)

//go:wasmimport atoll_stream put
func put(slot unsafe.Pointer) int32

func Send[T any](values Of[T]) error {
	for value, err := range values {
		if err != nil {
			return err
		}
		put(unsafe.Pointer(&value))
	}
	return nil
}
