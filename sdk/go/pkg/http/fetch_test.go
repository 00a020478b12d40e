//go:build !wasip1

package http

import "testing"

// fetched gives the only request that the function makes.
func fetched(t *testing.T, fetch func() (*Response, error)) *Request {
	t.Helper()
	before := FetchCallStack.Size()
	response, err := fetch()
	if err != nil {
		t.Fatal(err)
	}
	if got := FetchCallStack.Size(); got != before+1 {
		t.Fatalf("there are %d requests", got-before)
	}
	if !response.Ok() || response.StatusText != "OK" || response.Text() != "Hello, World!" {
		t.Errorf("the response is %d %s with %s", response.Status, response.StatusText, response.Text())
	}
	expectHeader(t, response.Headers, "content-type", "text/plain")
	return FetchCallStack.Pop()[0].(*Request)
}

func TestFetchByUrl(t *testing.T) {
	request := fetched(t, func() (*Response, error) { return Fetch("https://example.org/a?b=c") })
	if request.Url != "https://example.org/a?b=c" || request.Method != "GET" || request.Headers != nil || request.Body != nil {
		t.Errorf("the request is %#v", request)
	}
	request = fetched(t, func() (*Response, error) {
		return Fetch("https://example.org", &RequestOptions{Method: "post", Body: "x"})
	})
	if request.Method != "POST" || request.Text() != "x" {
		t.Errorf("the request is %#v", request)
	}
}

func TestFetchLeavesTheRequestAlone(t *testing.T) {
	original := NewRequest("https://example.org", &RequestOptions{Body: "old"})
	request := fetched(t, func() (*Response, error) {
		return Fetch(original, &RequestOptions{Method: "put", Body: "new", Headers: [][]string{{"A", "1"}}})
	})
	if request == original || request.Method != "PUT" || request.Text() != "new" {
		t.Errorf("the request is %#v", request)
	}
	expectEntries(t, request.Headers, "A: 1")
	if original.Method != "GET" || original.Text() != "old" || original.Headers != nil {
		t.Errorf("the original is %#v", original)
	}
}

func TestFetchWithoutOptionsMayHaveNil(t *testing.T) {
	fetched(t, func() (*Response, error) { return Fetch("https://example.org", nil) })
	fetched(t, func() (*Response, error) { return Fetch(NewRequest("https://example.org"), nil) })
}

func TestInvalidUrlsAreNotFetched(t *testing.T) {
	before := FetchCallStack.Size()
	for _, url := range []string{"", "example.org", "http://[::1", ":", "https://example.org/%zz"} {
		response, err := Fetch(url)
		if response != nil || err == nil || err.Error() != "invalid URL" {
			t.Errorf("%q gives %v, with the error %v", url, response, err)
		}
	}
	if _, err := Fetch((*Request)(nil)); err == nil {
		t.Error("no request is no error")
	}
	if FetchCallStack.Size() != before {
		t.Error("there are requests")
	}
}

func TestFetchHasOneSetOfOptions(t *testing.T) {
	for _, misuse := range []func(){
		func() { Fetch("https://example.org", nil, nil) },
		func() { Fetch(NewRequest("https://example.org"), nil, nil) },
	} {
		func() {
			defer func() {
				if got := recover(); got != "Too many arguments to Fetch" {
					t.Errorf("the reason is %v", got)
				}
			}()
			misuse()
		}()
	}
}
