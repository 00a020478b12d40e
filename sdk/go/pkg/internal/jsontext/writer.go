package jsontext

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strconv"
	"unicode/utf8"
)

// Writer writes JSON without blanks, and without the escapes that only HTML needs. What writes a few bytes
// is not inlined, because the many places that do so make the app's module larger.
type Writer struct {
	whole    any
	text     []byte
	declined bool
}

// IsFor is true if v is what is to be written, and not just embedded in it. It declines otherwise.
func (w *Writer) IsFor(v any) bool {
	if w.whole != v {
		w.Decline()
	}
	return !w.declined
}

// Decline leaves the value to encoding/json.
func (w *Writer) Decline() { w.declined = true }

// Object begins an object. End ends it.
//
//go:noinline
func (w *Writer) Object() (start int) {
	w.text = append(w.text, '{')
	return len(w.text) - 1
}

// End ends an object.
//
//go:noinline
func (w *Writer) End() { w.text = append(w.text, '}') }

// Key writes the name of a member, which needs no escapes. Its value is to follow.
//
//go:noinline
func (w *Writer) Key(name string) {
	w.comma()
	w.text = append(w.text, '"')
	w.text = append(w.text, name...)
	w.text = append(w.text, '"', ':')
}

// AnyKey writes the name of a member. Its value is to follow.
func (w *Writer) AnyKey(name string) {
	w.comma()
	w.String(name)
	w.text = append(w.text, ':')
}

//go:noinline
func (w *Writer) comma() {
	if w.text[len(w.text)-1] != '{' {
		w.text = append(w.text, ',')
	}
}

// Member writes a member that is a text.
func (w *Writer) Member(name, value string) {
	w.Key(name)
	w.String(value)
}

// Optional writes a member that is a text, unless it is empty.
func (w *Writer) Optional(name, value string) {
	if value != "" {
		w.Member(name, value)
	}
}

// OptionalInt writes a member that is a whole number, unless it is 0.
func (w *Writer) OptionalInt(name string, value int) {
	if value != 0 {
		w.Key(name)
		w.Int(value)
	}
}

// OptionalFloat writes a member that is a number, unless it is 0.
func (w *Writer) OptionalFloat(name string, value float64) {
	if value != 0 {
		w.Key(name)
		w.Float(value)
	}
}

// OptionalBool writes a member that is a truth value, unless it is false.
func (w *Writer) OptionalBool(name string, value bool) {
	if value {
		w.Key(name)
		w.Bool(value)
	}
}

// Null writes null.
//
//go:noinline
func (w *Writer) Null() { w.text = append(w.text, "null"...) }

// Int writes a whole number.
func (w *Writer) Int(value int) { w.text = strconv.AppendInt(w.text, int64(value), 10) }

// Bool writes a truth value.
func (w *Writer) Bool(value bool) { w.text = strconv.AppendBool(w.text, value) }

// Float writes a number as ECMAScript does. It declines what JSON cannot say.
func (w *Writer) Float(value float64) {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		w.Decline()
		return
	}
	size := math.Abs(value)
	if size == 0 || size >= 1e-6 && size < 1e21 {
		w.text = strconv.AppendFloat(w.text, value, 'f', -1, 64)
		return
	}
	w.text = strconv.AppendFloat(w.text, value, 'e', -1, 64)
	if n := len(w.text); w.text[n-4] == 'e' && w.text[n-3] == '-' && w.text[n-2] == '0' {
		w.text = append(w.text[:n-2], w.text[n-1]) // e-09 becomes e-9
	}
}

// Base64 writes data, or null if it is nil.
func (w *Writer) Base64(data []byte) {
	if data == nil {
		w.Null()
		return
	}
	w.text = append(w.text, '"')
	w.text = base64.StdEncoding.AppendEncode(w.text, data)
	w.text = append(w.text, '"')
}

// Raw writes a value that is JSON already. It declines what is not.
func (w *Writer) Raw(text string) {
	buffer := bytes.NewBuffer(w.text)
	if json.Compact(buffer, []byte(text)) != nil {
		w.Decline()
		return
	}
	w.text = buffer.Bytes()
}

// RawOrNull writes a value that is JSON already, or null if it is empty.
func (w *Writer) RawOrNull(text string) {
	if text == "" {
		w.Null()
		return
	}
	w.Raw(text)
}

const hex = "0123456789abcdef"

// String writes a text.
func (w *Writer) String(value string) {
	text := append(w.text, '"')
	start := 0 // of what needs no escapes
	for i := 0; i < len(value); {
		c := value[i]
		if c >= ' ' && c < utf8.RuneSelf && c != '"' && c != '\\' {
			i++
			continue
		}
		r, size := rune(c), 1
		if c >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(value[i:])
			if r != '\u2028' && r != '\u2029' && (r != utf8.RuneError || size != 1) {
				i += size
				continue
			}
		}
		text = append(text, value[start:i]...)
		text = appendEscape(text, r)
		i += size
		start = i
	}
	text = append(text, value[start:]...)
	w.text = append(text, '"')
}

func appendEscape(text []byte, r rune) []byte {
	switch r {
	case '"', '\\':
		return append(text, '\\', byte(r))
	case '\b':
		return append(text, '\\', 'b')
	case '\f':
		return append(text, '\\', 'f')
	case '\n':
		return append(text, '\\', 'n')
	case '\r':
		return append(text, '\\', 'r')
	case '\t':
		return append(text, '\\', 't')
	}
	return append(text, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
}

// WriteList writes a list, or null if it is nil.
func WriteList[T any](w *Writer, list []T, write func(T)) {
	if list == nil {
		w.Null()
		return
	}
	w.text = append(w.text, '[')
	for i, value := range list {
		if i > 0 {
			w.text = append(w.text, ',')
		}
		write(value)
	}
	w.text = append(w.text, ']')
}

// WriteExtra writes further members, in the order of their names, behind those of the object that
// begins at start. One of a name that the object has already is left out.
func WriteExtra[T ~string](w *Writer, start int, extra map[string]T) {
	if len(extra) == 0 || w.declined {
		return
	}
	own := map[string]bool{}
	object := Reader{text: string(w.text[start:]) + "}"}
	for name := range object.Members {
		own[name] = true
		object.Skip()
	}
	if object.declined {
		w.Decline()
		return
	}
	for _, name := range slices.Sorted(maps.Keys(extra)) {
		if own[name] {
			continue
		}
		w.AnyKey(name)
		w.RawOrNull(string(extra[name]))
	}
}
