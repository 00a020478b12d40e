// Package chunks reads what the host gives bit by bit, such as the answer of a model.
package chunks

import (
	"errors"
	"runtime"
	"unsafe"

	"github.com/hypermodeinc/modus/sdk/go/pkg/stream"
)

// The host's answers to a request for the next chunk.
const (
	chunk = iota
	end
	failed
	tooSmall
)

// firstRoom is the size of the first buffer, in bytes; larger chunks get a larger one.
const firstRoom = 4096

// Open gives the chunks of a stream of the host. A loop over them that ends early closes the stream.
// They can be ranged over once.
func Open(handle int32) stream.Of[string] {
	return func(yield func(string, error) bool) {
		isOpen := true
		defer func() {
			if isOpen {
				hostClose(handle)
			}
		}()
		for buffer := make([]byte, firstRoom); ; {
			status, size := next(handle, buffer)
			switch status {
			case chunk:
				if !yield(string(buffer[:size]), nil) {
					return
				}
			case tooSmall:
				buffer = make([]byte, size)
			case failed:
				isOpen = false
				yield("", errors.New(string(buffer[:size])))
				return
			default:
				isOpen = false
				return
			}
		}
	}
}

func next(handle int32, buffer []byte) (status, size int) {
	answer := hostNext(handle, unsafe.Pointer(unsafe.SliceData(buffer)), int32(len(buffer)))
	runtime.KeepAlive(buffer)
	return int(answer >> 32), int(uint32(answer))
}
