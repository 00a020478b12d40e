//go:build wasip1

package console

import "unsafe"

//go:wasmimport modus_system logMessage
func hostLogRaw(level, message unsafe.Pointer)

//modus:import modus_system logMessage
func hostLog(level, message *string) {
	hostLogRaw(unsafe.Pointer(level), unsafe.Pointer(message))
}
