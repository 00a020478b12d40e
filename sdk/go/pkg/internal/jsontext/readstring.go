package jsontext

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// String reads a text. It declines what is no Unicode.
func (r *Reader) String() string {
	if r.IsNull() || !r.take('"') {
		return ""
	}
	start := r.at
	isEscaped, isASCII := r.findQuote()
	if r.declined {
		return ""
	}
	text := r.text[start : r.at-1]
	if !isASCII && !utf8.ValidString(text) {
		r.Decline()
		return ""
	}
	if isEscaped {
		return r.unescape(text)
	}
	return text
}

func (r *Reader) skipString() {
	r.at++
	start := r.at
	isEscaped, _ := r.findQuote()
	if isEscaped && !r.declined {
		checkEscapes(r, r.text[start:r.at-1])
	}
}

// findQuote reads up to and including the quote that ends a string.
func (r *Reader) findQuote() (isEscaped, isASCII bool) {
	isASCII = true
	for i := r.at; i < len(r.text); i++ {
		switch c := r.text[i]; {
		case c == '"':
			r.at = i + 1
			return
		case c == '\\':
			isEscaped = true
			i++ // and what it escapes
		case c < ' ':
			r.Decline()
			return
		case c >= utf8.RuneSelf:
			isASCII = false
		}
	}
	r.Decline()
	return
}

// checkEscapes declines what is no escape. Half of a surrogate pair is one.
func checkEscapes(r *Reader, text string) {
	for i := strings.IndexByte(text, '\\'); i >= 0; i = strings.IndexByte(text, '\\') {
		if text[i+1] != 'u' {
			if _, found := shortEscape(text[i+1]); !found {
				r.Decline()
				return
			}
			text = text[i+2:]
			continue
		}
		if _, found := unit(text[i:]); !found {
			r.Decline()
			return
		}
		text = text[i+6:]
	}
}

func (r *Reader) unescape(text string) string {
	var plain strings.Builder
	plain.Grow(len(text))
	for i := strings.IndexByte(text, '\\'); i >= 0; i = strings.IndexByte(text, '\\') {
		plain.WriteString(text[:i])
		text = text[i:]
		if c, found := shortEscape(text[1]); found {
			plain.WriteByte(c)
			text = text[2:]
			continue
		}
		char, found := unit(text)
		size := 6
		if found && utf16.IsSurrogate(char) {
			low, _ := unit(text[size:])
			char = utf16.DecodeRune(char, low)
			found = char != utf8.RuneError // which stands for itself, but is no pair
			size = 12
		}
		if !found {
			r.Decline()
			return ""
		}
		plain.WriteRune(char)
		text = text[size:]
	}
	plain.WriteString(text)
	return plain.String()
}

func shortEscape(c byte) (char byte, found bool) {
	switch c {
	case '"', '\\', '/':
		return c, true
	case 'b':
		return '\b', true
	case 'f':
		return '\f', true
	case 'n':
		return '\n', true
	case 'r':
		return '\r', true
	case 't':
		return '\t', true
	}
	return 0, false
}

// unit reads the UTF-16 code unit of an escape such as \u00e9.
func unit(text string) (char rune, found bool) {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return 0, false
	}
	for i := 2; i < 6; i++ {
		digit := strings.IndexByte(hex, text[i]|0x20)
		if digit < 0 || text[i] < '0' {
			return 0, false
		}
		char = char<<4 | rune(digit)
	}
	return char, true
}
