// Package stream is for functions that give their results one by one, as they come.
//
// A function of the app that gives an Of is a subscription of the API:
//
//	func Count(to int) stream.Of[int] {
//		return func(yield func(int, error) bool) {
//			for i := range to {
//				if !yield(i+1, nil) {
//					return
//				}
//			}
//		}
//	}
//
// The client gets each value while the function works on the next one. A client that is slow makes
// yield wait.
package stream

import (
	"runtime"
	"unsafe"
)

// Of is a stream of values of one type. Like an iter.Seq2[T, error], it is a function that passes
// each of its values to yield, and can be ranged over.
//
// An error that is not nil ends the stream: the client gets the values before it, and then the error
// as that of the function. A yield that gives false says that nobody is listening any more; the
// stream must then return.
type Of[T any] func(yield func(T, error) bool)

// From gives a stream of values that come without errors, such as an iter.Seq[T].
func From[T any](values func(yield func(T) bool)) Of[T] {
	return func(yield func(T, error) bool) {
		for value := range values {
			if !yield(value, nil) {
				return
			}
		}
	}
}

// Send passes the values to the client, until there are no more, or nobody is listening. It gives the
// error that the stream ends with. The code that Atoll writes around an app's functions calls it;
// apps have no need of it.
func Send[T any](values Of[T]) error {
	if values == nil {
		return nil
	}
	slot := new(T)
	for value, err := range values {
		if err != nil {
			return err
		}
		*slot = value
		isGone := hostPut(unsafe.Pointer(slot)) != 0
		runtime.KeepAlive(slot)
		if isGone {
			return nil
		}
	}
	return nil
}
