package http

import "encoding/json"

// Response is what a service answered. StatusText is the reason without the status.
type Response struct {
	Status     uint16
	StatusText string
	Headers    *Headers
	Body       []byte
}

// Ok tells whether the status is one of success, from 200 to 299.
func (r *Response) Ok() bool {
	return r.Status >= 200 && r.Status < 300
}

// Bytes is the body.
func (r *Response) Bytes() []byte {
	return r.Body
}

// Text is the body as text.
func (r *Response) Text() string {
	return string(r.Body)
}

// JSON reads the body as JSON into what result points to. Numbers that go into an any become float64.
func (r *Response) JSON(result any) error {
	return json.Unmarshal(r.Body, result)
}
