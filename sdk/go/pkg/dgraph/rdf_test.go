package dgraph

import (
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestRdfLiteralsAreEscaped(t *testing.T) {
	for text, want := range map[string]string{
		"":                     "",
		"plain <text> & 'so'":  "plain <text> & 'so'",
		`a "b" \c`:             `a \"b\" \\c`,
		"1\n2\r3\t4":           `1\n2\r3\t4`,
		"\x00\x01\x1f \x7f":    `\u0000\u0001\u001F \u007F`,
		"\b\f\v":               `\u0008\u000C\u000B`,
		"\u0080\u009f\u00a0é😀": `\u0080\u009F` + "\u00a0é😀",
		"é\n":                  `é\n`,
		"bad \xff\x80 bytes\n": "bad \xff\x80 bytes\\n",
	} {
		if got := EscapeRDF(text); got != want {
			t.Errorf("%q: expected %q, got %q", text, want, got)
		}
	}
}

func FuzzAnRdfLiteralReadsBackAsTheText(f *testing.F) {
	for _, text := range []string{"", "a\"b\\c", "\n\r\t\b", "é😀\u0085", "\\u0041", "\xff\x90", "\x80\"\xe2\x82"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		escaped := EscapeRDF(text)
		for _, r := range escaped {
			if r < 0x20 || (r >= 0x7f && r <= 0x9f) {
				t.Errorf("%q has the control character %U", escaped, r)
			}
		}
		if utf8.ValidString(text) && unescaped(t, escaped) != text {
			t.Errorf("%q reads back as %q", text, unescaped(t, escaped))
		}
	})
}

// unescaped reads the content of an RDF literal. Its escapes are among those of Go.
func unescaped(t *testing.T, escaped string) string {
	t.Helper()
	var out strings.Builder
	for rest := escaped; rest != ""; {
		r, _, tail, err := strconv.UnquoteChar(rest, '"')
		if err != nil {
			t.Fatalf("%q is not the content of a literal: %v", escaped, err)
		}
		out.WriteRune(r)
		rest = tail
	}
	return out.String()
}
