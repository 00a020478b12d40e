//go:build wasip1

package models

import (
	"errors"
	"runtime"
	"unsafe"

	"github.com/hypermodeinc/modus/sdk/go/pkg/internal/chunks"
	"github.com/hypermodeinc/modus/sdk/go/pkg/pins"
	"github.com/hypermodeinc/modus/sdk/go/pkg/stream"
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

//go:wasmimport atoll_models stream
func hostOpenStreamRaw(modelName, input unsafe.Pointer) int32

//modus:import atoll_models stream
func hostOpenStream(modelName, input *string) int32 {
	handle := hostOpenStreamRaw(unsafe.Pointer(modelName), unsafe.Pointer(input))
	runtime.KeepAlive(modelName)
	runtime.KeepAlive(input)
	return handle
}

func hostStreamModel(modelName, input *string) stream.Of[string] {
	return func(yield func(string, error) bool) {
		handle := hostOpenStream(modelName, input)
		if handle == 0 {
			yield("", errors.New("the host did not start it"))
			return
		}
		chunks.Open(handle)(yield)
	}
}
