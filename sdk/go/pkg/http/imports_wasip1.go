//go:build wasip1

package http

import (
	"runtime"
	"unsafe"

	"github.com/hypermodeinc/modus/sdk/go/pkg/pins"
)

//go:wasmimport modus_http_client fetch
func hostFetchRaw(request unsafe.Pointer) unsafe.Pointer

//modus:import modus_http_client fetch
func hostFetch(request *Request) *Response {
	mark := pins.Mark()
	response := (*Response)(hostFetchRaw(unsafe.Pointer(request)))
	pins.Release(mark)
	runtime.KeepAlive(request)
	return response
}

//go:wasmimport atoll_http stream
func hostStreamRaw(request unsafe.Pointer) unsafe.Pointer

//modus:import atoll_http stream
func hostStream(request *Request) *StreamResponse {
	mark := pins.Mark()
	response := (*StreamResponse)(hostStreamRaw(unsafe.Pointer(request)))
	pins.Release(mark)
	runtime.KeepAlive(request)
	return response
}
