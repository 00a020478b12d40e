//go:build !wasip1

package http

import "github.com/hypermodeinc/modus/sdk/go/pkg/testutils"

// FetchCallStack has the requests that were made, each as a *Request.
var FetchCallStack = testutils.NewCallStack()

func hostFetch(request *Request) *Response {
	FetchCallStack.Push(request)
	return &Response{
		Status:     200,
		StatusText: "OK",
		Headers:    NewHeaders(map[string]string{"Content-Type": "text/plain"}),
		Body:       []byte("Hello, World!"),
	}
}
