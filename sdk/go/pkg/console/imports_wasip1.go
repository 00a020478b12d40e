//go:build wasip1

package console

import (
	"runtime"
	"unsafe"
)

//go:wasmimport modus_system logMessage
func hostLogMessageRaw(level, message unsafe.Pointer)

//modus:import modus_system logMessage
func hostLogMessage(level, message *string) {
	hostLogMessageRaw(unsafe.Pointer(level), unsafe.Pointer(message))
	runtime.KeepAlive(level)
	runtime.KeepAlive(message)
}
