package http

import "strings"

// Headers are the headers of a request or a response. The case of their names does not matter.
type Headers struct {
	data map[string]*Header // by the name in lower case
}

// Header is a header with all of its values, in their order.
type Header struct {
	Name   string
	Values []string
}

// NewHeaders makes headers of lists that have a name and its values, or of a map by name.
func NewHeaders[T [][]string | map[string]string | map[string][]string](value T) *Headers {
	headers := &Headers{data: map[string]*Header{}}
	switch v := any(value).(type) {
	case [][]string:
		for _, entry := range v {
			if len(entry) > 0 {
				headers.appendAll(entry[0], entry[1:])
			}
		}
	case map[string]string:
		for name, value := range v {
			headers.Append(name, value)
		}
	case map[string][]string:
		for name, values := range v {
			headers.appendAll(name, values)
		}
	}
	return headers
}

// Append adds a value to the header of that name. The name stays as it was first written.
func (h *Headers) Append(name, value string) {
	key := strings.ToLower(name)
	if header := h.data[key]; header != nil {
		header.Values = append(header.Values, value)
		return
	}
	if h.data == nil {
		h.data = map[string]*Header{}
	}
	h.data[key] = &Header{Name: name, Values: []string{value}}
}

// Entries are pairs of name and value, one for each value; the names are in no order.
func (h *Headers) Entries() [][]string {
	entries := [][]string{}
	if h == nil {
		return entries
	}
	for _, header := range h.data {
		for _, value := range header.Values {
			entries = append(entries, []string{header.Name, value})
		}
	}
	return entries
}

// Get gives the values of a header with commas between them, and nil when there is none.
func (h *Headers) Get(name string) *string {
	if h == nil {
		return nil
	}
	header := h.data[strings.ToLower(name)]
	if header == nil {
		return nil
	}
	value := strings.Join(header.Values, ",")
	return &value
}

func (h *Headers) appendAll(name string, values []string) {
	for _, value := range values {
		h.Append(name, value)
	}
}

func (h *Headers) clone() *Headers {
	if h == nil {
		return nil
	}
	clone := &Headers{data: make(map[string]*Header, len(h.data))}
	for key, header := range h.data {
		values := append([]string(nil), header.Values...)
		clone.data[key] = &Header{Name: header.Name, Values: values}
	}
	return clone
}

// headersOf is nil for nil.
func headersOf(value any) *Headers {
	switch v := value.(type) {
	case nil:
		return nil
	case *Headers:
		return v
	case Headers:
		return &v
	case [][]string:
		return NewHeaders(v)
	case map[string]string:
		return NewHeaders(v)
	case map[string][]string:
		return NewHeaders(v)
	default:
		panic("Invalid headers type")
	}
}
