package jsontext

import (
	"encoding/base64"
	"slices"
	"strconv"
	"unicode/utf8"
)

const (
	maxDepth   = 100 // of lists and objects in each other; encoding/json takes more
	maxMembers = 64  // of an object that is read member by member
)

// Reader reads JSON. What it is asked for must be there, or null, which is read as zero; otherwise
// it declines. After that it gives zeros.
type Reader struct {
	whole    any
	text     string
	at       int
	depth    int
	declined bool
}

// NewReader gives a reader of a text.
func NewReader(text string) *Reader { return &Reader{text: text} }

// IsFor is true if v is what is to be read, and not just embedded in it. It declines otherwise.
func (r *Reader) IsFor(v any) bool {
	if r.whole != v {
		r.Decline()
	}
	return !r.declined
}

// Decline leaves the text to encoding/json.
func (r *Reader) Decline() {
	r.declined = true
	r.at = len(r.text)
}

// Declined is true if the text is left to encoding/json.
func (r *Reader) Declined() bool { return r.declined }

// IsAtEnd is true if nothing else follows.
func (r *Reader) IsAtEnd() bool { return r.next() == 0 && r.at == len(r.text) }

// next gives the first byte of what comes next, or 0 at the end.
func (r *Reader) next() byte {
	for ; r.at < len(r.text); r.at++ {
		switch c := r.text[r.at]; c {
		case ' ', '\t', '\r', '\n':
		default:
			return c
		}
	}
	return 0
}

// take reads one byte, and declines if it is another.
//
//go:noinline
func (r *Reader) take(c byte) bool {
	if r.next() != c || r.declined {
		r.Decline()
		return false
	}
	r.at++
	return true
}

// IsNull is true if the next value is null, which it reads.
func (r *Reader) IsNull() bool {
	if r.next() != 'n' {
		return false
	}
	r.word("null")
	return !r.declined
}

func (r *Reader) word(word string) {
	end := r.at + len(word)
	if end > len(r.text) || r.text[r.at:end] != word {
		r.Decline()
		return
	}
	r.at = end
}

// Members gives the names of an object's members. The value of each must be read before the next.
// Null has none. An object with a name twice is declined.
func (r *Reader) Members(yield func(name string) bool) {
	if r.IsNull() || !r.take('{') || !r.enter() {
		return
	}
	var kept [16]string
	names := kept[:0]
	for isFirst := true; r.goesOn('}', isFirst); isFirst = false {
		name := r.name()
		if slices.Contains(names, name) || len(names) == maxMembers {
			r.Decline()
		}
		names = append(names, name)
		if !r.take(':') || !yield(name) {
			return
		}
	}
}

func (r *Reader) enter() bool {
	if r.depth++; r.depth > maxDepth {
		r.Decline()
	}
	return !r.declined
}

// goesOn reads up to the next member or element. It is false at the end of the object or list.
func (r *Reader) goesOn(end byte, isFirst bool) bool {
	switch c := r.next(); {
	case r.declined:
		return false
	case c == end:
		r.at++
		r.depth--
		return false
	case !isFirst:
		return r.take(',')
	}
	return true
}

// name reads a name. encoding/json may take one with anything but plain characters for another.
func (r *Reader) name() string {
	if !r.take('"') {
		return ""
	}
	for i := r.at; i < len(r.text); i++ {
		c := r.text[i]
		if c == '"' {
			name := r.text[r.at:i]
			r.at = i + 1
			return name
		}
		if c < ' ' || c == '\\' || c >= utf8.RuneSelf {
			break
		}
	}
	r.Decline()
	return ""
}

// Unknown reads past the value of a member that the type does not have. All of the type's names must be
// in lower case: encoding/json would find another one in any case.
func (r *Reader) Unknown(name string) string {
	for i := range len(name) {
		if name[i] >= 'A' && name[i] <= 'Z' {
			r.Decline()
		}
	}
	return r.Raw()
}

// ReadExtra reads a member that the type does not have into extra. See Unknown.
func ReadExtra[T ~string](r *Reader, name string, extra *map[string]T) {
	value := r.Unknown(name)
	if *extra == nil {
		*extra = map[string]T{}
	}
	(*extra)[name] = T(value)
}

// ReadList reads a list. Null is nil, and an empty list is not.
func ReadList[T any](r *Reader, read func(element *T)) []T {
	if r.IsNull() || !r.take('[') || !r.enter() {
		return nil
	}
	list := []T{}
	for isFirst := true; r.goesOn(']', isFirst); isFirst = false {
		var element T
		read(&element)
		list = append(list, element)
	}
	return list
}

// Bool reads a truth value.
func (r *Reader) Bool() bool {
	switch r.next() {
	case 't':
		r.word("true")
		return !r.declined
	case 'f':
		r.word("false")
	default:
		if !r.IsNull() {
			r.Decline()
		}
	}
	return false
}

// Optional gives a pointer to what read reads, or nil for null.
func Optional[T any](r *Reader, read func() T) *T {
	if r.IsNull() {
		return nil
	}
	value := read()
	return &value
}

// Int reads a whole number.
func (r *Reader) Int() int {
	if r.IsNull() {
		return 0
	}
	value, err := strconv.Atoi(r.number())
	if err != nil {
		r.Decline()
	}
	return value
}

// Byte reads a whole number from 0 to 255.
func (r *Reader) Byte() byte {
	if r.IsNull() {
		return 0
	}
	value, err := strconv.ParseUint(r.number(), 10, 8)
	if err != nil {
		r.Decline()
	}
	return byte(value)
}

// Float reads a number.
func (r *Reader) Float() float64 { return r.float(64) }

// Float32 reads a number of less precision.
func (r *Reader) Float32() float32 { return float32(r.float(32)) }

func (r *Reader) float(bits int) float64 {
	if r.IsNull() {
		return 0
	}
	value, err := strconv.ParseFloat(r.number(), bits)
	if err != nil {
		r.Decline()
	}
	return value
}

// Base64 reads data. Null is nil.
func (r *Reader) Base64() []byte {
	if r.IsNull() {
		return nil
	}
	data, err := base64.StdEncoding.DecodeString(r.String())
	if err != nil {
		r.Decline()
	}
	return data
}

// Bytes reads data that is base64 or a list of numbers. Null is nil.
func (r *Reader) Bytes() []byte {
	if r.next() == '[' {
		return ReadList(r, func(element *byte) { *element = r.Byte() })
	}
	return r.Base64()
}

// Raw reads past any value, and gives its text.
func (r *Reader) Raw() string {
	r.next()
	start := r.at
	r.Skip()
	if r.declined {
		return ""
	}
	return r.text[start:r.at]
}

// Skip reads past any value.
func (r *Reader) Skip() {
	switch r.next() {
	case '{', '[':
		r.skipContainer()
	case '"':
		r.skipString()
	case 't':
		r.word("true")
	case 'f':
		r.word("false")
	case 'n':
		r.word("null")
	default:
		r.number()
	}
}

func (r *Reader) skipContainer() {
	isObject := r.text[r.at] == '{'
	end := byte(']')
	if isObject {
		end = '}'
	}
	r.at++
	if !r.enter() {
		return
	}
	for isFirst := true; r.goesOn(end, isFirst); isFirst = false {
		if isObject {
			if r.next() != '"' {
				r.Decline()
				return
			}
			r.skipString()
			if !r.take(':') {
				return
			}
		}
		r.Skip()
	}
}

// number reads the text of a number (RFC 8259, section 6).
func (r *Reader) number() string {
	r.next()
	start := r.at
	r.has("-")
	if !r.has("0") {
		r.digits()
	}
	if r.has(".") {
		r.digits()
	}
	if r.has("eE") {
		r.has("+-")
		r.digits()
	}
	if r.declined {
		return ""
	}
	return r.text[start:r.at]
}

// has reads one of the characters, if it is there.
func (r *Reader) has(chars string) bool {
	if r.at == len(r.text) {
		return false
	}
	for i := range len(chars) {
		if r.text[r.at] == chars[i] {
			r.at++
			return true
		}
	}
	return false
}

func (r *Reader) digits() {
	start := r.at
	for r.at < len(r.text) && r.text[r.at] >= '0' && r.text[r.at] <= '9' {
		r.at++
	}
	if r.at == start {
		r.Decline()
	}
}
