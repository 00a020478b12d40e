package dgraph

import (
	"fmt"
	"strings"
)

// EscapeRDF makes a text fit for the quotes of an RDF literal. It adds no quotes itself.
func EscapeRDF(value string) string {
	first := strings.IndexFunc(value, needsEscape)
	if first < 0 {
		return value
	}

	var out strings.Builder
	out.Grow(len(value) + 8)
	done := 0
	for i, r := range value[first:] {
		if !needsEscape(r) {
			continue
		}
		// Copying what lies between, and not rune by rune, keeps bytes that are no UTF-8 as they are.
		at := first + i
		out.WriteString(value[done:at])
		out.WriteString(escapeOf(r))
		done = at + len(string(r))
	}
	out.WriteString(value[done:])
	return out.String()
}

func needsEscape(r rune) bool {
	return r == '\\' || r == '"' || r < 0x20 || (r >= 0x7f && r <= 0x9f)
}

func escapeOf(r rune) string {
	switch r {
	case '\\':
		return `\\`
	case '"':
		return `\"`
	case '\n':
		return `\n`
	case '\r':
		return `\r`
	case '\t':
		return `\t`
	default:
		return fmt.Sprintf(`\u%04X`, r)
	}
}
