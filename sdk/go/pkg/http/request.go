package http

import (
	"encoding/json"
	"strings"
)

// Request is what is sent to a service. Headers may be nil.
type Request struct {
	Url     string
	Method  string
	Headers *Headers
	Body    []byte
}

// RequestOptions say how a request differs from a GET request without headers and body.
type RequestOptions struct {
	// Method is the name of the method, in letters of any case.
	Method string
	// Headers is a Headers, a *Headers, or what NewHeaders takes.
	Headers any
	// Body is what NewContent takes.
	Body any
}

// NewRequest makes a request, with at most one set of options. It panics if there are more, if the
// headers are of another type than Headers says, and if the body cannot be written as JSON.
func NewRequest(url string, options ...*RequestOptions) *Request {
	request := &Request{Url: url, Method: "GET"}
	request.apply(singleOption("NewRequest", options))
	return request
}

// Clone copies the request. What the options have replaces what the request has: headers as a whole,
// and only if there are any. It panics as NewRequest does.
func (r *Request) Clone(options ...*RequestOptions) *Request {
	clone := &Request{Url: r.Url, Method: r.Method, Headers: r.Headers.clone(), Body: r.Body}
	clone.apply(singleOption("Clone", options))
	return clone
}

// Bytes is the body.
func (r *Request) Bytes() []byte {
	return r.Body
}

// Text is the body as text.
func (r *Request) Text() string {
	return string(r.Body)
}

// JSON reads the body as JSON into what result points to.
func (r *Request) JSON(result any) error {
	return json.Unmarshal(r.Body, result)
}

func (r *Request) apply(options *RequestOptions) {
	if options == nil {
		return
	}
	if options.Method != "" {
		r.Method = strings.ToUpper(options.Method)
	}
	if headers := headersOf(options.Headers); headers != nil && len(headers.data) > 0 {
		r.Headers = headers
	}
	if body := NewContent(options.Body); body != nil {
		r.Body = body.data
	}
}

func singleOption(function string, options []*RequestOptions) *RequestOptions {
	switch len(options) {
	case 0:
		return nil
	case 1:
		return options[0]
	default:
		panic("Too many arguments to " + function)
	}
}
