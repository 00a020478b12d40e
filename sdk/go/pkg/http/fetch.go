// Package http is a client of HTTP services. The host makes the requests.
package http

import (
	"errors"
	"net/url"
)

// Fetch makes a request, given as its URL or whole, with at most one set of options. The request
// itself is not changed by the options.
//
// Whatever the service answers is a response, also if its status tells of an error: see
// Response.Ok. It is an error if the URL is not valid, and if there is no response.
func Fetch[T *Request | string](requestOrUrl T, options ...*RequestOptions) (*Response, error) {
	request, err := prepared(requestOrUrl, options)
	if err != nil {
		return nil, err
	}
	response := hostFetch(request)
	if response == nil {
		return nil, errFailed
	}
	return response, nil
}

// FetchStream is Fetch of a response whose body is read bit by bit, as it comes. It returns when the
// service has begun to answer.
func FetchStream[T *Request | string](requestOrUrl T, options ...*RequestOptions) (*StreamResponse, error) {
	request, err := prepared(requestOrUrl, options)
	if err != nil {
		return nil, err
	}
	response := hostStream(request)
	if response == nil {
		return nil, errFailed
	}
	return response, nil
}

var errFailed = errors.New("HTTP fetch failed - check the logs for more information")

func prepared(requestOrUrl any, options []*RequestOptions) (*Request, error) {
	if len(options) > 1 {
		panic("Too many arguments to Fetch")
	}
	var request *Request
	switch r := requestOrUrl.(type) {
	case string:
		request = NewRequest(r, options...)
	case *Request:
		if r == nil {
			return nil, errors.New("a request is required")
		}
		request = r.Clone(options...)
	}
	if _, err := url.ParseRequestURI(request.Url); err != nil {
		return nil, errors.New("invalid URL")
	}
	return request, nil
}
