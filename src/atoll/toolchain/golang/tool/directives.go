package main

import (
	"bytes"
	"go/ast"
	"strings"
)

// directives begin the comments by which a function is exported or imported.
var (
	exportDirectives = []string{"//export", "//go:export", "//go:wasmexport"}
	importDirective  = "//go:wasmimport"
	proxyDirective   = "//modus:import"
)

// exportName gives the name in a directive above the function, and the comment it stands in.
func exportName(function *ast.FuncDecl) (string, *ast.Comment) {
	for _, directive := range exportDirectives {
		if words, comment := directiveWords(function, directive); len(words) == 1 {
			return words[0], comment
		}
	}
	return "", nil
}

// directiveWords gives the words behind a directive in the comment above the function.
func directiveWords(function *ast.FuncDecl, directive string) ([]string, *ast.Comment) {
	if function.Doc == nil {
		return nil, nil
	}
	for _, comment := range function.Doc.List {
		words := strings.Fields(comment.Text)
		if len(words) > 1 && words[0] == directive {
			return words[1:], comment
		}
	}
	return nil, nil
}

// hasDirectives tells whether any of the files may export or import functions.
func (s *sources) hasDirectives() bool {
	for _, text := range s.text {
		for _, directive := range append(exportDirectives, importDirective, proxyDirective) {
			if bytes.Contains(text, []byte(directive+" ")) {
				return true
			}
		}
	}
	return false
}
