//go:build wasip1

package secrets

import (
	"runtime"
	"unsafe"

	"github.com/hypermodeinc/modus/sdk/go/pkg/pins"
)

//go:wasmimport modus_secrets getSecretValue
func hostGetSecretValueRaw(name unsafe.Pointer) unsafe.Pointer

//modus:import modus_secrets getSecretValue
func hostGetSecretValue(name *string) *string {
	mark := pins.Mark()
	value := (*string)(hostGetSecretValueRaw(unsafe.Pointer(name)))
	pins.Release(mark)
	runtime.KeepAlive(name)
	return value
}
