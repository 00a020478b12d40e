package main

import "unsafe"

// Request, Response, Headers and Header are as the SDK has them.
type Request struct {
	Url     string
	Method  string
	Headers *Headers
	Body    []byte
}

type Response struct {
	Status     uint16
	StatusText string
	Headers    *Headers
	Body       []byte
}

type Headers struct {
	Data map[string]*Header
}

type Header struct {
	Name   string
	Values []string
}

//go:noescape
//go:wasmimport modus_http_client fetch
func hostFetchRaw(request unsafe.Pointer) unsafe.Pointer

//modus:import modus_http_client fetch
func hostFetch(request *Request) *Response {
	return (*Response)(hostFetchRaw(unsafe.Pointer(request)))
}

//go:noescape
//go:wasmimport modus_system logMessage
func hostLogMessage(level, message *string)
