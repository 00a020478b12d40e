//go:build wasip1

package main

import (
	"runtime"
	"time"
	"unsafe"

	"github.com/hypermodeinc/modus/sdk/go/pkg/pins"
)

//go:wasmimport modus_test add
func hostAdd(a, b int32) int32

//go:wasmimport modus_test numbers
func hostNumbers(a int64, b uint32, c float32, d float64, e bool, f int32) float64

//go:wasmimport modus_test tell
func hostTellRaw(text unsafe.Pointer)

//modus:import modus_test tell
func hostTell(text *string) {
	hostTellRaw(unsafe.Pointer(text))
	runtime.KeepAlive(text)
}

//go:wasmimport modus_test echo1
func hostEcho1Raw(value unsafe.Pointer) unsafe.Pointer

//modus:import modus_test echo1
func hostEcho1(value *string) *string {
	mark := pins.Mark()
	result := (*string)(hostEcho1Raw(unsafe.Pointer(value)))
	pins.Release(mark)
	runtime.KeepAlive(value)
	return result
}

//go:wasmimport modus_test echo2
func hostEcho2Raw(value unsafe.Pointer) unsafe.Pointer

//modus:import modus_test echo2
func hostEcho2(value *string) *string {
	mark := pins.Mark()
	result := (*string)(hostEcho2Raw(unsafe.Pointer(value)))
	pins.Release(mark)
	runtime.KeepAlive(value)
	return result
}

//go:wasmimport modus_test echo3
func hostEcho3Raw(value unsafe.Pointer) unsafe.Pointer

//modus:import modus_test echo3
func hostEcho3(value *string) *string {
	mark := pins.Mark()
	result := (*string)(hostEcho3Raw(unsafe.Pointer(value)))
	pins.Release(mark)
	runtime.KeepAlive(value)
	return result
}

//go:wasmimport modus_test echo4
func hostEcho4Raw(value unsafe.Pointer) unsafe.Pointer

//modus:import modus_test echo4
func hostEcho4(value *string) *string {
	mark := pins.Mark()
	result := (*string)(hostEcho4Raw(unsafe.Pointer(value)))
	pins.Release(mark)
	runtime.KeepAlive(value)
	return result
}

//go:wasmimport modus_test encodeStrings1
func hostEncodeStrings1Raw(value unsafe.Pointer) unsafe.Pointer

//modus:import modus_test encodeStrings1
func hostEncodeStrings1(value *[]string) *string {
	mark := pins.Mark()
	result := (*string)(hostEncodeStrings1Raw(unsafe.Pointer(value)))
	pins.Release(mark)
	runtime.KeepAlive(value)
	return result
}

//go:wasmimport modus_test encodeStrings2
func hostEncodeStrings2Raw(value unsafe.Pointer) unsafe.Pointer

//modus:import modus_test encodeStrings2
func hostEncodeStrings2(value *[]*string) *string {
	mark := pins.Mark()
	result := (*string)(hostEncodeStrings2Raw(unsafe.Pointer(value)))
	pins.Release(mark)
	runtime.KeepAlive(value)
	return result
}

//go:wasmimport modus_test everything
func hostEverythingRaw(value unsafe.Pointer) unsafe.Pointer

//modus:import modus_test everything
func hostEverything(value *Everything) *Everything {
	mark := pins.Mark()
	result := (*Everything)(hostEverythingRaw(unsafe.Pointer(value)))
	pins.Release(mark)
	runtime.KeepAlive(value)
	return result
}

//go:wasmimport modus_test nulls
func hostNullsRaw(value unsafe.Pointer) unsafe.Pointer

//modus:import modus_test nulls
func hostNulls(value *Nulls) *Nulls {
	mark := pins.Mark()
	result := (*Nulls)(hostNullsRaw(unsafe.Pointer(value)))
	pins.Release(mark)
	runtime.KeepAlive(value)
	return result
}

//go:wasmimport modus_test maps
func hostMapsRaw(value unsafe.Pointer) unsafe.Pointer

//modus:import modus_test maps
func hostMaps(value *map[string][]int64) *map[Day][]string {
	mark := pins.Mark()
	result := (*map[Day][]string)(hostMapsRaw(unsafe.Pointer(value)))
	pins.Release(mark)
	runtime.KeepAlive(value)
	return result
}

//go:wasmimport modus_test keys
func hostKeysRaw(value unsafe.Pointer) unsafe.Pointer

//modus:import modus_test keys
func hostKeys(value *map[Day]map[[2]int8]string) *[]Day {
	mark := pins.Mark()
	result := (*[]Day)(hostKeysRaw(unsafe.Pointer(value)))
	pins.Release(mark)
	runtime.KeepAlive(value)
	return result
}

//go:wasmimport modus_test tree
func hostTreeRaw(value unsafe.Pointer) unsafe.Pointer

//modus:import modus_test tree
func hostTree(value *Node) *Node {
	mark := pins.Mark()
	result := (*Node)(hostTreeRaw(unsafe.Pointer(value)))
	pins.Release(mark)
	runtime.KeepAlive(value)
	return result
}

//go:wasmimport modus_test times
func hostTimesRaw(value unsafe.Pointer) unsafe.Pointer

//modus:import modus_test times
func hostTimes(value *[]time.Time) *[]time.Duration {
	mark := pins.Mark()
	result := (*[]time.Duration)(hostTimesRaw(unsafe.Pointer(value)))
	pins.Release(mark)
	runtime.KeepAlive(value)
	return result
}
