//go:build wasip1

package models

import (
	"runtime"
	"unsafe"

	"github.com/hypermodeinc/modus/sdk/go/pkg/pins"
)

//go:wasmimport modus_models getModelInfo
func hostGetModelInfoRaw(modelName unsafe.Pointer) unsafe.Pointer

//modus:import modus_models getModelInfo
func hostGetModelInfo(modelName *string) *ModelInfo {
	mark := pins.Mark()
	info := (*ModelInfo)(hostGetModelInfoRaw(unsafe.Pointer(modelName)))
	pins.Release(mark)
	runtime.KeepAlive(modelName)
	return info
}

//go:wasmimport modus_models invokeModel
func hostInvokeModelRaw(modelName, input unsafe.Pointer) unsafe.Pointer

//modus:import modus_models invokeModel
func hostInvokeModel(modelName, input *string) *string {
	mark := pins.Mark()
	output := (*string)(hostInvokeModelRaw(unsafe.Pointer(modelName), unsafe.Pointer(input)))
	pins.Release(mark)
	runtime.KeepAlive(modelName)
	runtime.KeepAlive(input)
	return output
}
