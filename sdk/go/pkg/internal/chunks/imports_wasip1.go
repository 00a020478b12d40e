//go:build wasip1

package chunks

import "unsafe"

// hostNext waits for the next chunk of a stream. The upper half of what it gives is a status, the lower
// one the size of what it wrote into the buffer, or of the buffer that it needs.
//
//go:wasmimport atoll_stream next
func hostNext(handle int32, buffer unsafe.Pointer, room int32) int64

//go:wasmimport atoll_stream close
func hostClose(handle int32)
