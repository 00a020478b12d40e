//go:build wasip1

package db

import (
	"runtime"
	"unsafe"

	"github.com/hypermodeinc/modus/sdk/go/pkg/pins"
)

//go:wasmimport modus_sql_client executeQuery
func hostExecuteQueryRaw(connection, dbType, statement, paramsJson unsafe.Pointer) unsafe.Pointer

//modus:import modus_sql_client executeQuery
func hostExecuteQuery(connection, dbType, statement, paramsJson *string) *HostQueryResponse {
	mark := pins.Mark()
	response := (*HostQueryResponse)(hostExecuteQueryRaw(
		unsafe.Pointer(connection), unsafe.Pointer(dbType), unsafe.Pointer(statement), unsafe.Pointer(paramsJson)))
	pins.Release(mark)
	runtime.KeepAlive(connection)
	runtime.KeepAlive(dbType)
	runtime.KeepAlive(statement)
	runtime.KeepAlive(paramsJson)
	return response
}
