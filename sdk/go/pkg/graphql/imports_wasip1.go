//go:build wasip1

package graphql

import (
	"runtime"
	"unsafe"

	"github.com/hypermodeinc/modus/sdk/go/pkg/pins"
)

//go:wasmimport modus_graphql_client executeQuery
func hostExecuteQueryRaw(connection, statement, variables unsafe.Pointer) unsafe.Pointer

//modus:import modus_graphql_client executeQuery
func hostExecuteQuery(connection, statement, variables *string) *string {
	mark := pins.Mark()
	result := (*string)(hostExecuteQueryRaw(
		unsafe.Pointer(connection), unsafe.Pointer(statement), unsafe.Pointer(variables),
	))
	pins.Release(mark)
	runtime.KeepAlive(connection)
	runtime.KeepAlive(statement)
	runtime.KeepAlive(variables)
	return result
}
