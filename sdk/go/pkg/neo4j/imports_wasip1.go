//go:build wasip1

package neo4j

import (
	"runtime"
	"unsafe"

	"github.com/hypermodeinc/modus/sdk/go/pkg/pins"
)

//go:wasmimport modus_neo4j_client executeQuery
func hostExecuteQueryRaw(connection, dbName, query, parametersJson unsafe.Pointer) unsafe.Pointer

//modus:import modus_neo4j_client executeQuery
func hostExecuteQuery(connection, dbName, query, parametersJson *string) *EagerResult {
	mark := pins.Mark()
	result := (*EagerResult)(hostExecuteQueryRaw(
		unsafe.Pointer(connection), unsafe.Pointer(dbName), unsafe.Pointer(query), unsafe.Pointer(parametersJson)))
	pins.Release(mark)
	runtime.KeepAlive(connection)
	runtime.KeepAlive(dbName)
	runtime.KeepAlive(query)
	runtime.KeepAlive(parametersJson)
	return result
}
