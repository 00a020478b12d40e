package http

import (
	"reflect"
	"testing"
)

type item struct {
	Name string `json:"name"`
	Size int    `json:"size"`
}

func TestContentIsMadeOfAnyValue(t *testing.T) {
	bytes, text := []byte("bytes"), "text"
	content := Content{[]byte("content")}
	for _, c := range []struct {
		value any
		want  string
	}{
		{bytes, "bytes"},
		{&bytes, "bytes"},
		{text, "text"},
		{&text, "text"},
		{"", ""},
		{content, "content"},
		{&content, "content"},
		{item{"<a>", 2}, `{"name":"\u003ca\u003e","size":2}`},
		{&item{"b", 3}, `{"name":"b","size":3}`},
		{[]int{1, 2}, `[1,2]`},
		{true, `true`},
		{1.5, `1.5`},
	} {
		if got := NewContent(c.value).Text(); got != c.want {
			t.Errorf("the content of %#v is %q, not %q", c.value, got, c.want)
		}
	}
}

func TestNilIsNoContent(t *testing.T) {
	for _, value := range []any{nil, (*string)(nil), (*[]byte)(nil), (*Content)(nil)} {
		got := NewContent(value)
		if got != nil || got.Bytes() != nil || got.Text() != "" {
			t.Errorf("the content of %#v is %#v", value, got)
		}
	}
}

func TestContentThatIsNoJsonPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("there is no panic")
		}
	}()
	NewContent(make(chan int))
}

func TestJsonIsReadFromContentRequestAndResponse(t *testing.T) {
	const text = `{"name":"a","size":2}`
	for _, source := range []interface {
		Bytes() []byte
		Text() string
		JSON(any) error
	}{NewContent(text), &Request{Body: []byte(text)}, &Response{Body: []byte(text)}} {
		var got item
		if err := source.JSON(&got); err != nil || got != (item{"a", 2}) {
			t.Errorf("%T gives %v, with the error %v", source, got, err)
		}
		var anything any
		if err := source.JSON(&anything); err != nil ||
			!reflect.DeepEqual(anything, map[string]any{"name": "a", "size": float64(2)}) {
			t.Errorf("%T gives %#v, with the error %v", source, anything, err)
		}
		if source.Text() != text || string(source.Bytes()) != text {
			t.Errorf("%T gives %q and %q", source, source.Text(), source.Bytes())
		}
	}
}

func TestBrokenJsonIsAnError(t *testing.T) {
	var got item
	for _, err := range []error{
		NewContent("{").JSON(&got), (&Request{}).JSON(&got), (&Response{Body: []byte("nope")}).JSON(&got),
	} {
		if err == nil {
			t.Error("there is no error")
		}
	}
}
