package http

import (
	"encoding/base64"

	"github.com/hypermodeinc/modus/sdk/go/pkg/internal/chunks"
	"github.com/hypermodeinc/modus/sdk/go/pkg/stream"
)

// StreamResponse is what a service answers, while its body is still coming.
type StreamResponse struct {
	Status     uint16
	StatusText string
	Headers    *Headers

	handle int32
}

// Ok tells whether the status is one of success, from 200 to 299.
func (r *StreamResponse) Ok() bool {
	return r.Status >= 200 && r.Status < 300
}

// Body gives the body bit by bit. It can be ranged over once; a loop that ends early closes the
// connection, as the end of the call does.
func (r *StreamResponse) Body() stream.Of[[]byte] {
	return func(yield func([]byte, error) bool) {
		for text, err := range chunks.Open(r.handle) {
			var part []byte
			if err == nil {
				part, err = base64.StdEncoding.DecodeString(text)
			}
			if !yield(part, err) || err != nil {
				return
			}
		}
	}
}
