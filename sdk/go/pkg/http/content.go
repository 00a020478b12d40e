package http

import "encoding/json"

// Content is the body of a request or a response.
type Content struct {
	data []byte
}

// NewContent makes a content of bytes, a string, a pointer to one of these, or another content,
// which stay as they are, and of any other value, which is written as JSON. It panics if that fails.
// Nil, also a nil pointer to one of the types above, gives nil.
func NewContent(value any) *Content {
	switch v := value.(type) {
	case nil:
		return nil
	case []byte:
		return &Content{v}
	case string:
		return &Content{[]byte(v)}
	case Content:
		return &v
	case *Content:
		return v
	case *[]byte:
		if v == nil {
			return nil
		}
		return &Content{*v}
	case *string:
		if v == nil {
			return nil
		}
		return &Content{[]byte(*v)}
	default:
		data, err := json.Marshal(value)
		if err != nil {
			panic(err)
		}
		return &Content{data}
	}
}

// Bytes is the content itself.
func (c *Content) Bytes() []byte {
	if c == nil {
		return nil
	}
	return c.data
}

// Text is the content as text.
func (c *Content) Text() string {
	return string(c.Bytes())
}

// JSON reads the content as JSON into what result points to.
func (c *Content) JSON(result any) error {
	return json.Unmarshal(c.Bytes(), result)
}
