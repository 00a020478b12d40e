//go:build !wasip1

package http

import (
	"encoding/base64"

	"github.com/hypermodeinc/modus/sdk/go/pkg/internal/chunks"
	"github.com/hypermodeinc/modus/sdk/go/pkg/testutils"
)

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

func hostStream(request *Request) *StreamResponse {
	response := hostFetch(request)
	var texts []string
	for _, part := range [][]byte{response.Body[:5], response.Body[5:]} {
		texts = append(texts, base64.StdEncoding.EncodeToString(part))
	}
	return &StreamResponse{response.Status, response.StatusText, response.Headers, chunks.Mock(texts...)}
}
