package main

import (
	"bytes"
	"errors"
	"go/ast"
	"go/build"
	"go/parser"
	"go/scanner"
	"go/token"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// generatedName is the file in the app's folder that the build sees and the user does not.
const generatedName = "atoll_generated.go"

// sources are the files of one package, parsed, in the order of their names.
type sources struct {
	paths []string
	text  map[string][]byte
	files []*ast.File
}

// stale tells whether the file was left by the build tool of Modus, or is the one to be generated.
func stale(name string) bool {
	former, _ := filepath.Match("modus*_generated.go", name)
	older, _ := filepath.Match("hyp*_generated.go", name)
	return former || older || name == generatedName
}

// readRoot parses the files of the app's own package that belong to the build. The errors are
// those of the parser.
func readRoot(folder string, fset *token.FileSet, selection *build.Context) (*sources, []error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, []error{err}
	}
	var paths []string
	text := map[string][]byte{}
	selection.OpenFile = func(path string) (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(text[path])), nil
	}
	for _, entry := range entries {
		name := entry.Name()
		if entry.IsDir() || filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") || stale(name) {
			continue
		}
		path := filepath.Join(folder, name)
		if text[path], err = os.ReadFile(path); err != nil {
			return nil, []error{err}
		}
		// A file that cannot be read this far is left to the parser, which says why.
		if matches, err := selection.MatchFile(folder, name); matches || err != nil {
			paths = append(paths, path)
		}
	}
	all, errs := parse(fset, paths, text)
	return all.withoutIgnored(), errs
}

// parse reads the files that text does not have.
func parse(fset *token.FileSet, paths []string, text map[string][]byte) (*sources, []error) {
	s := &sources{text: map[string][]byte{}}
	var errs []error
	for _, path := range paths {
		content, found := text[path]
		if !found {
			var err error
			if content, err = os.ReadFile(path); err != nil {
				return s, append(errs, err)
			}
		}
		file, err := parser.ParseFile(fset, path, content, parser.ParseComments|parser.SkipObjectResolution)
		var list scanner.ErrorList
		if errors.As(err, &list) {
			for _, each := range list {
				errs = append(errs, each)
			}
		} else if err != nil {
			errs = append(errs, err)
		}
		if file != nil {
			s.paths, s.files = append(s.paths, path), append(s.files, file)
			s.text[path] = content
		}
	}
	return s, errs
}

// withoutIgnored leaves out what the go command does: files that need C, and documentation.
func (s *sources) withoutIgnored() *sources {
	kept := &sources{text: s.text}
	for i, file := range s.files {
		ignored := file.Name.Name == "documentation"
		for _, spec := range file.Imports {
			ignored = ignored || spec.Path.Value == `"C"`
		}
		if !ignored {
			kept.paths, kept.files = append(kept.paths, s.paths[i]), append(kept.files, file)
		}
	}
	return kept
}

// importPlace is where a package is imported, first.
type importPlace struct {
	path string
	at   token.Pos
}

// imports gives the packages that the files import.
func (s *sources) imports() []importPlace {
	var places []importPlace
	seen := map[string]bool{}
	for _, file := range s.files {
		for _, spec := range file.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if err == nil && !seen[path] {
				seen[path] = true
				places = append(places, importPlace{path, spec.Path.Pos()})
			}
		}
	}
	return places
}

// importedBelow gives whatever any Go file in the folder or below it imports.
func importedBelow(folder string) []string {
	var paths []string
	_ = filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		name := entry.Name()
		switch {
		case err != nil:
			return nil
		case entry.IsDir() && path != folder && (strings.ContainsRune("._", rune(name[0])) ||
			name == "vendor" || name == "testdata" || name == "node_modules"):
			return filepath.SkipDir
		case entry.IsDir() || filepath.Ext(name) != ".go" || stale(name):
			return nil
		}
		if file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly); err == nil {
			for _, spec := range file.Imports {
				if imported, err := strconv.Unquote(spec.Path.Value); err == nil {
					paths = append(paths, imported)
				}
			}
		}
		return nil
	})
	return paths
}
