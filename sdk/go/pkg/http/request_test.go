package http

import (
	"reflect"
	"testing"
)

func TestARequestWithoutOptionsIsAGet(t *testing.T) {
	for _, request := range []*Request{NewRequest("https://example.org"), NewRequest("https://example.org", nil)} {
		if want := (&Request{Url: "https://example.org", Method: "GET"}); !reflect.DeepEqual(request, want) {
			t.Errorf("the request is %#v", request)
		}
	}
}

func TestOptionsMakeTheRequest(t *testing.T) {
	request := NewRequest("https://example.org", &RequestOptions{
		Method:  "post",
		Headers: map[string]string{"Content-Type": "application/json"},
		Body:    item{"a", 2},
	})
	if request.Method != "POST" || request.Text() != `{"name":"a","size":2}` {
		t.Errorf("the request is %s with %s", request.Method, request.Text())
	}
	expectEntries(t, request.Headers, "Content-Type: application/json")
}

func TestHeadersOfOptionsMayHaveManyTypes(t *testing.T) {
	headers := NewHeaders(map[string]string{"A": "1"})
	for _, value := range []any{
		headers, *headers, [][]string{{"A", "1"}}, map[string]string{"A": "1"}, map[string][]string{"A": {"1"}},
	} {
		expectEntries(t, NewRequest("", &RequestOptions{Headers: value}).Headers, "A: 1")
	}
}

func TestNoHeadersAreNil(t *testing.T) {
	for _, value := range []any{nil, (*Headers)(nil), Headers{}, map[string]string{}, [][]string(nil)} {
		if got := NewRequest("", &RequestOptions{Headers: value}).Headers; got != nil {
			t.Errorf("the headers of %#v are %#v", value, got)
		}
	}
}

func TestCloneReplacesWhatTheOptionsHave(t *testing.T) {
	original := NewRequest("https://example.org", &RequestOptions{
		Method: "put", Headers: map[string]string{"A": "1"}, Body: "body",
	})
	cases := []struct {
		options []*RequestOptions
		method  string
		headers string
		body    string
	}{
		{nil, "PUT", "A: 1", "body"},
		{[]*RequestOptions{nil}, "PUT", "A: 1", "body"},
		{[]*RequestOptions{{}}, "PUT", "A: 1", "body"},
		{[]*RequestOptions{{Method: "patch"}}, "PATCH", "A: 1", "body"},
		{[]*RequestOptions{{Headers: map[string]string{"B": "2"}}}, "PUT", "B: 2", "body"},
		{[]*RequestOptions{{Headers: map[string]string{}}}, "PUT", "A: 1", "body"},
		{[]*RequestOptions{{Body: ""}}, "PUT", "A: 1", ""},
		{[]*RequestOptions{{Body: (*string)(nil)}}, "PUT", "A: 1", "body"},
	}
	for _, c := range cases {
		clone := original.Clone(c.options...)
		if clone.Url != original.Url || clone.Method != c.method || clone.Text() != c.body {
			t.Errorf("%v gives %s %s with %s", c.options, clone.Method, clone.Url, clone.Text())
		}
		expectEntries(t, clone.Headers, c.headers)
	}
}

func TestHeadersOfACloneAreItsOwn(t *testing.T) {
	original := NewRequest("", &RequestOptions{Headers: [][]string{{"A", "1", "2", "3"}}})
	clone := original.Clone()
	clone.Headers.Append("A", "4")
	clone.Headers.Append("B", "5")
	original.Headers.Append("A", "6")
	expectEntries(t, original.Headers, "A: 1", "A: 2", "A: 3", "A: 6")
	expectEntries(t, clone.Headers, "A: 1", "A: 2", "A: 3", "A: 4", "B: 5")
}

func TestMisuseOfRequestsPanics(t *testing.T) {
	request, options := NewRequest(""), &RequestOptions{}
	for _, c := range []struct {
		misuse func()
		want   string
	}{
		{func() { NewRequest("", options, options) }, "Too many arguments to NewRequest"},
		{func() { request.Clone(options, nil) }, "Too many arguments to Clone"},
		{func() { NewRequest("", &RequestOptions{Headers: 1}) }, "Invalid headers type"},
		{func() { request.Clone(&RequestOptions{Headers: []string{"A", "1"}}) }, "Invalid headers type"},
	} {
		func() {
			defer func() {
				if got := recover(); got != c.want {
					t.Errorf("the reason is %v, not %s", got, c.want)
				}
			}()
			c.misuse()
		}()
	}
}

func TestResponsesOfSuccessAreOk(t *testing.T) {
	for status, want := range map[uint16]bool{0: false, 199: false, 200: true, 204: true, 299: true, 300: false, 404: false} {
		if got := (&Response{Status: status}).Ok(); got != want {
			t.Errorf("%d is %v", status, got)
		}
	}
}
