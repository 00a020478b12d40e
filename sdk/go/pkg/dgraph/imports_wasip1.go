//go:build wasip1

package dgraph

import (
	"runtime"
	"unsafe"

	"github.com/hypermodeinc/modus/sdk/go/pkg/pins"
)

//go:wasmimport modus_dgraph_client executeQuery
func hostExecuteQueryRaw(connection, request unsafe.Pointer) unsafe.Pointer

//modus:import modus_dgraph_client executeQuery
func hostExecuteQuery(connection *string, request *Request) *Response {
	mark := pins.Mark()
	response := (*Response)(hostExecuteQueryRaw(unsafe.Pointer(connection), unsafe.Pointer(request)))
	pins.Release(mark)
	runtime.KeepAlive(connection)
	runtime.KeepAlive(request)
	return response
}

//go:wasmimport modus_dgraph_client alterSchema
func hostAlterSchemaRaw(connection, schema unsafe.Pointer) unsafe.Pointer

//modus:import modus_dgraph_client alterSchema
func hostAlterSchema(connection, schema *string) *string {
	mark := pins.Mark()
	result := (*string)(hostAlterSchemaRaw(unsafe.Pointer(connection), unsafe.Pointer(schema)))
	pins.Release(mark)
	runtime.KeepAlive(connection)
	runtime.KeepAlive(schema)
	return result
}

//go:wasmimport modus_dgraph_client dropAttribute
func hostDropAttributeRaw(connection, attr unsafe.Pointer) unsafe.Pointer

//modus:import modus_dgraph_client dropAttribute
func hostDropAttribute(connection, attr *string) *string {
	mark := pins.Mark()
	result := (*string)(hostDropAttributeRaw(unsafe.Pointer(connection), unsafe.Pointer(attr)))
	pins.Release(mark)
	runtime.KeepAlive(connection)
	runtime.KeepAlive(attr)
	return result
}

//go:wasmimport modus_dgraph_client dropAllData
func hostDropAllDataRaw(connection unsafe.Pointer) unsafe.Pointer

//modus:import modus_dgraph_client dropAllData
func hostDropAllData(connection *string) *string {
	mark := pins.Mark()
	result := (*string)(hostDropAllDataRaw(unsafe.Pointer(connection)))
	pins.Release(mark)
	runtime.KeepAlive(connection)
	return result
}
