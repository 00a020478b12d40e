// Package jsontext writes and reads the JSON of the SDK's own types without reflection.
//
// A function of an app runs in a fresh instance, so what encoding/json finds out about types by
// reflection it would find out anew in every call. That takes longer than the JSON itself.
//
// What is written and read here is what encoding/json would write and read. Whatever is unusual (a value
// of another type than the field, a name twice or in other case, invalid text, …) is declined; the caller
// then lets encoding/json do it all, which also finds the words for the error.
package jsontext

// Writable is a type that can write its JSON. A type that embeds it, and so has its method, may have
// other JSON: WriteJSON asks IsFor of the writer first.
type Writable interface {
	WriteJSON(w *Writer)
}

// Readable is a pointer to a type that can be read from its JSON. A type that embeds it, and so has its
// method, may have other JSON: ReadJSON asks IsFor of the reader first. What has been declined leaves
// the object as it was.
type Readable interface {
	ReadJSON(r *Reader)
}

// Write gives the JSON of a value that is Writable, or of a common type of Go's own. It is false if the
// value is neither or has been declined.
func Write(v any) ([]byte, bool) {
	w := Writer{whole: v}
	if value, ok := v.(Writable); ok {
		w.text = make([]byte, 0, 512)
		value.WriteJSON(&w)
	} else {
		w.plain(v, 0)
	}
	if w.declined {
		return nil, false
	}
	return w.text, true
}

// Read reads the JSON value at the beginning of the text into what v points to. It is false if v cannot,
// or declines to, read the text; v is then as it was.
func Read[T string | []byte](text T, v any) bool {
	value, ok := v.(Readable)
	if !ok {
		return false
	}
	r := Reader{whole: v, text: string(text)}
	value.ReadJSON(&r)
	return !r.declined
}

// LacksMember is true if the text is plainly an object in which the member of this name is null or not
// there. The name must be in lower case.
func LacksMember(text []byte, name string) bool {
	r := NewReader(string(text))
	if r.IsNull() {
		return false
	}
	for found := range r.Members {
		if found == name && !r.IsNull() {
			return false
		}
		if found != name {
			r.Unknown(found)
		}
	}
	return r.IsAtEnd() && !r.Declined()
}
