//go:build !wasip1

package http

import "testing"

func TestABodyThatComesBitByBit(t *testing.T) {
	before := FetchCallStack.Size()
	response, err := FetchStream("https://example.org", &RequestOptions{Method: "put", Body: "x"})
	if err != nil {
		t.Fatal(err)
	}
	if request := FetchCallStack.Pop()[0].(*Request); request.Method != "PUT" || FetchCallStack.Size() != before {
		t.Errorf("the request is %#v", request)
	}
	expectHeader(t, response.Headers, "content-type", "text/plain")
	text, count := "", 0
	for part, err := range response.Body() {
		if err != nil {
			t.Fatal(err)
		}
		text, count = text+string(part), count+1
	}
	if text != "Hello, World!" || count != 2 || !response.Ok() {
		t.Errorf("got %q in %d parts", text, count)
	}
}

func TestInvalidRequestsAreNotStreamed(t *testing.T) {
	before := FetchCallStack.Size()
	if _, err := FetchStream("example.org"); err == nil {
		t.Error("there is no error")
	}
	if _, err := FetchStream[*Request](nil); err == nil {
		t.Error("there is no error")
	}
	if FetchCallStack.Size() != before {
		t.Error("the host was asked")
	}
}
