//go:build wasip1

package stream

import "unsafe"

// hostPut sends the value at an address, which has the type of the running function's stream. It gives
// 0, or 1 when nobody is listening.
//
//go:wasmimport atoll_stream put
func hostPut(slot unsafe.Pointer) int32
