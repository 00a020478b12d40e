//go:build wasip1

package localtime

import (
	"runtime"
	"unsafe"

	"github.com/hypermodeinc/modus/sdk/go/pkg/pins"
)

//go:wasmimport modus_system getTimeInZone
func hostGetTimeInZoneRaw(tz unsafe.Pointer) unsafe.Pointer

//modus:import modus_system getTimeInZone
func hostGetTimeInZone(tz *string) *string {
	mark := pins.Mark()
	text := (*string)(hostGetTimeInZoneRaw(unsafe.Pointer(tz)))
	pins.Release(mark)
	runtime.KeepAlive(tz)
	return text
}

//go:wasmimport modus_system getTimeZoneData
func hostGetTimeZoneDataRaw(tz, format unsafe.Pointer) unsafe.Pointer

//modus:import modus_system getTimeZoneData
func hostGetTimeZoneData(tz, format *string) *[]byte {
	mark := pins.Mark()
	file := (*[]byte)(hostGetTimeZoneDataRaw(unsafe.Pointer(tz), unsafe.Pointer(format)))
	pins.Release(mark)
	runtime.KeepAlive(tz)
	runtime.KeepAlive(format)
	return file
}
