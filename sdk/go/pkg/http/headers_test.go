package http

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/quick"
)

func sortedEntries(h *Headers) []string {
	lines := []string{}
	for _, entry := range h.Entries() {
		lines = append(lines, strings.Join(entry, ": "))
	}
	slices.Sort(lines)
	return lines
}

func expectEntries(t *testing.T, h *Headers, want ...string) {
	t.Helper()
	if got := sortedEntries(h); !slices.Equal(got, want) {
		t.Errorf("the headers are %q, not %q", got, want)
	}
}

func expectHeader(t *testing.T, h *Headers, name, want string) {
	t.Helper()
	got := h.Get(name)
	if got == nil {
		t.Errorf("there is no header %s", name)
	} else if *got != want {
		t.Errorf("the header %s is %q, not %q", name, *got, want)
	}
}

func TestHeadersAreMadeOfListsAndMaps(t *testing.T) {
	want := []string{"Accept: text/html", "Accept: text/plain", "X-One: 1"}
	expectEntries(t, NewHeaders([][]string{{"Accept", "text/html", "text/plain"}, {"X-One", "1"}}), want...)
	expectEntries(t, NewHeaders([][]string{{"Accept", "text/html"}, {"X-One", "1"}, {"accept", "text/plain"}}), want...)
	expectEntries(t, NewHeaders(map[string][]string{"Accept": {"text/html", "text/plain"}, "X-One": {"1"}}), want...)
	expectEntries(t, NewHeaders(map[string]string{"Accept": "text/html", "X-One": "1"}), "Accept: text/html", "X-One: 1")
}

func TestNamesWithoutValuesAreNoHeaders(t *testing.T) {
	expectEntries(t, NewHeaders([][]string{{}, {"Accept"}, nil}))
	expectEntries(t, NewHeaders(map[string][]string{"Accept": nil}))
	expectEntries(t, NewHeaders(map[string]string(nil)))
}

func TestTheCaseOfNamesDoesNotMatter(t *testing.T) {
	headers := NewHeaders([][]string{})
	headers.Append("content-Type", "text/html")
	headers.Append("Content-Type", "text/plain")
	expectHeader(t, headers, "CONTENT-TYPE", "text/html,text/plain")
	expectEntries(t, headers, "content-Type: text/html", "content-Type: text/plain")
}

func TestAMissingHeaderIsNil(t *testing.T) {
	var none *Headers
	for _, headers := range []*Headers{none, {}, NewHeaders(map[string]string{"a": ""})} {
		if got := headers.Get("b"); got != nil {
			t.Errorf("the header is %q", *got)
		}
	}
	expectHeader(t, NewHeaders(map[string]string{"a": ""}), "A", "")
	expectEntries(t, none)
}

func TestTheZeroValueIsReady(t *testing.T) {
	var headers Headers
	headers.Append("A", "1")
	expectEntries(t, &headers, "A: 1")
}

// The host finds the fields by these names, in this order.
func TestTheFieldsAreThoseThatTheHostKnows(t *testing.T) {
	for _, c := range []struct {
		value any
		want  []string
	}{
		{Headers{}, []string{"data map[string]*http.Header"}},
		{Header{}, []string{"Name string", "Values []string"}},
		{Request{}, []string{"Url string", "Method string", "Headers *http.Headers", "Body []uint8"}},
		{Response{}, []string{"Status uint16", "StatusText string", "Headers *http.Headers", "Body []uint8"}},
	} {
		var got []string
		for _, field := range reflect.VisibleFields(reflect.TypeOf(c.value)) {
			got = append(got, field.Name+" "+field.Type.String())
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("the fields of %T are %q, not %q", c.value, got, c.want)
		}
	}
}

func TestAppendedValuesAreFound(t *testing.T) {
	found := func(number uint32, values []string) bool {
		name := fmt.Sprintf("X-%x", number)
		headers := NewHeaders(map[string][]string{})
		for _, value := range values {
			headers.Append(name, value)
		}
		got := headers.Get(strings.ToUpper(name))
		if len(values) == 0 {
			return got == nil
		}
		return got != nil && *got == strings.Join(values, ",") && len(headers.Entries()) == len(values)
	}
	if err := quick.Check(found, nil); err != nil {
		t.Error(err)
	}
}
