package main

type HttpResponse struct {
	Status     uint16
	StatusText string
	Headers    *HttpHeaders
	Body       []byte
}

type HttpHeaders struct {
	Data map[string]*HttpHeader
}

type HttpHeader struct {
	Name   string
	Values []string
}

var (
	contentType = &HttpHeader{"Content-Type", []string{"text/plain"}}
	headers     = &HttpHeaders{map[string]*HttpHeader{"content-type": contentType}}
)

func TestHttpResponseHeaders(r *HttpResponse) {
	same(r, &HttpResponse{200, "OK", headers, []byte("Hello, world!")})
}

func TestHttpHeaders(h *HttpHeaders)             { same(h, headers) }
func TestHttpHeaderMap(m map[string]*HttpHeader) { same(m, headers.Data) }
func TestHttpHeader(h *HttpHeader)               { same(h, contentType) }
func TestHttpResponseOutput() *HttpResponse {
	return &HttpResponse{200, "OK", headers, []byte("Hello, world!")}
}
func TestHttpHeadersOutput() *HttpHeaders             { return headers }
func TestHttpHeaderMapOutput() map[string]*HttpHeader { return headers.Data }
func TestHttpHeaderOutput() *HttpHeader               { return contentType }
