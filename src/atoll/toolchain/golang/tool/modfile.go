package main

import (
	"fmt"
	"strconv"
	"strings"
)

// modLine is one line of a go.mod. Verb is that of the line or of the block that it is in, and is
// empty for blank lines and for those that open or close a block.
type modLine struct {
	text    string
	verb    string
	words   []string
	comment string
}

// modFile is a go.mod, line by line, so that what is not understood is kept as it is.
type modFile struct {
	lines []modLine
}

// modError is a mistake in a go.mod, at a line counted from 1.
type modError struct {
	line    int
	message string
}

func (e *modError) Error() string {
	return fmt.Sprintf("go.mod:%d: %s", e.line, e.message)
}

// parseModFile reads a go.mod (https://go.dev/ref/mod#go-mod-file). It finds the mistakes that
// would stop it, and leaves the others to Go.
func parseModFile(text string) (*modFile, *modError) {
	f := &modFile{}
	block, opened := "", 0
	for i, raw := range strings.Split(strings.TrimPrefix(text, "\ufeff"), "\n") {
		raw = strings.TrimSuffix(raw, "\r")
		words, comment, err := modWords(raw)
		if err != nil {
			return nil, &modError{i + 1, err.Error()}
		}
		line := modLine{text: raw, comment: comment}
		switch {
		case len(words) == 0:
		case block != "" && len(words) == 1 && words[0] == ")":
			block = ""
		case block != "":
			line.verb, line.words = block, words
		case len(words) == 2 && words[1] == "(":
			block, opened = words[0], i+1
		default:
			line.verb, line.words = words[0], words[1:]
		}
		if message := line.mistake(); message != "" {
			return nil, &modError{i + 1, message}
		}
		f.lines = append(f.lines, line)
	}
	if block != "" {
		return nil, &modError{opened, fmt.Sprintf("the block of %s is not closed", block)}
	}
	if f.module() == "" {
		return nil, &modError{1, "it does not name its module"}
	}
	return f, nil
}

// modWords splits a line into its words and the text of the comment behind them.
func modWords(line string) (words []string, comment string, err error) {
	for {
		line = strings.TrimLeft(line, " \t")
		switch {
		case line == "":
			return words, "", nil
		case strings.HasPrefix(line, "//"):
			return words, strings.TrimSpace(line[2:]), nil
		case line[0] == '"' || line[0] == '`':
			quoted, err := strconv.QuotedPrefix(line)
			if err != nil {
				return nil, "", fmt.Errorf("a quoted text is not closed")
			}
			word, err := strconv.Unquote(quoted)
			if err != nil {
				return nil, "", fmt.Errorf("a quoted text is malformed")
			}
			words, line = append(words, word), line[len(quoted):]
		case strings.ContainsRune("()[],", rune(line[0])):
			words, line = append(words, line[:1]), line[1:]
		default:
			end := strings.IndexAny(line, " \t()[],\"`")
			if end < 0 {
				end = len(line)
			}
			if slashes := strings.Index(line[:end], "//"); slashes > 0 {
				end = slashes
			}
			words, line = append(words, line[:end]), line[end:]
		}
	}
}

func (l *modLine) mistake() string {
	switch l.verb {
	case "module", "go", "toolchain":
		if len(l.words) != 1 || l.words[0] == "" {
			return fmt.Sprintf("%s must be followed by one word", l.verb)
		}
	case "require", "exclude":
		if len(l.words) != 2 {
			return fmt.Sprintf("%s must be followed by a module and its version", l.verb)
		}
	case "replace":
		arrow := l.arrow()
		after := len(l.words) - arrow - 1
		if arrow < 1 || arrow > 2 || after < 1 || after > 2 {
			return "replace must have the form: replace module [version] => path or module version"
		}
	}
	return ""
}

func (l *modLine) arrow() int {
	for i, word := range l.words {
		if word == "=>" {
			return i
		}
	}
	return -1
}

// value gives the one word behind a verb, or "".
func (f *modFile) value(verb string) string {
	if i := f.find(verb); i >= 0 {
		return f.lines[i].words[0]
	}
	return ""
}

// find gives the index of the first line with the verb, or -1.
func (f *modFile) find(verb string) int {
	for i := range f.lines {
		if f.lines[i].verb == verb {
			return i
		}
	}
	return -1
}

func (f *modFile) module() string { return f.value("module") }

// required gives the version that the go.mod asks for, or "".
func (f *modFile) required(module string) string {
	for _, line := range f.lines {
		if line.verb == "require" && line.words[0] == module {
			return line.words[1]
		}
	}
	return ""
}

// indirect tells whether a requirement is marked as one of other modules only.
func (l *modLine) indirect() bool {
	return l.comment == "indirect" || strings.HasPrefix(l.comment, "indirect;")
}

// mentioned gives the number of the line that names a module of which the text speaks, or 0.
func (f *modFile) mentioned(text string) int {
	for i, line := range f.lines {
		if line.verb != "require" && line.verb != "replace" {
			continue
		}
		folder := line.words[len(line.words)-1]
		if strings.Contains(text, line.words[0]+"@") || strings.Contains(text, "module "+folder+" ") {
			return i + 1
		}
	}
	return 0
}
