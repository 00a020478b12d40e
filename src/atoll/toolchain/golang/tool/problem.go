package main

import (
	"cmp"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
)

// Problem is something that is wrong with the app, or noteworthy. File is relative to the app's
// folder if it lies in it; what is unknown is empty.
type Problem struct {
	Code      string `json:"code"`
	Message   string `json:"message"`
	Hint      string `json:"hint,omitempty"`
	File      string `json:"file,omitempty"`
	Line      int    `json:"line,omitempty"`
	Column    int    `json:"column,omitempty"`
	Function  string `json:"function,omitempty"`
	Parameter string `json:"parameter,omitempty"`
}

// Answer is what the tool prints.
type Answer struct {
	Module   string    `json:"module"`
	Plugin   string    `json:"plugin"`
	SDK      string    `json:"sdk"`
	Problems []Problem `json:"problems"`
	Warnings []Problem `json:"warnings"`
}

// Codes of problems.
const (
	goModMissing      = "GO_MOD_MISSING"
	goModInvalid      = "GO_MOD_INVALID"
	goVersion         = "GO_VERSION"
	notMain           = "NOT_MAIN"
	compileError      = "COMPILE_ERROR"
	typeUnsupported   = "TYPE_UNSUPPORTED"
	errorResult       = "ERROR_RESULT"
	nameTaken         = "NAME_TAKEN"
	dependencyMissing = "DEPENDENCY_MISSING"
)

// Codes of warnings.
const (
	noFunctions     = "NO_FUNCTIONS"
	genericFunction = "GENERIC_FUNCTION"
	exportLeftOut   = "EXPORT_LEFT_OUT"
	importLeftOut   = "IMPORT_LEFT_OUT"

	dependencyUnlisted = "DEPENDENCY_UNLISTED"
)

// mostProblems that are told at once.
const mostProblems = 20

// log collects problems and warnings.
type log struct {
	app      string
	module   string
	problems []Problem
	warnings []Problem
}

func (l *log) problem(p Problem, at token.Position) {
	l.problems = append(l.problems, l.placed(p, at))
}

func (l *log) warning(p Problem, at token.Position) {
	l.warnings = append(l.warnings, l.placed(p, at))
}

func (l *log) placed(p Problem, at token.Position) Problem {
	if at.Filename != "" {
		p.File, p.Line, p.Column = l.file(at.Filename), at.Line, at.Column
	}
	return p
}

// file gives the path as the author of the app would write it.
func (l *log) file(path string) string {
	// Compiled packages name their files by the import path, not by the folder.
	if rest, found := strings.CutPrefix(path, l.module+"/"); found && l.module != "" {
		return rest
	}
	if inside, found := within(l.app, path); found {
		return inside
	}
	return path
}

// within gives the path relative to the folder, `/`-separated, if it lies in the folder.
func within(folder, path string) (string, bool) {
	relative, err := filepath.Rel(folder, path)
	if err != nil || !filepath.IsLocal(relative) {
		return "", false
	}
	return filepath.ToSlash(relative), true
}

func byPlace(a, b Problem) int {
	return cmp.Or(
		cmp.Compare(a.File, b.File),
		cmp.Compare(a.Line, b.Line),
		cmp.Compare(a.Column, b.Column),
	)
}

// answer gives what was found, in the order of the files, without repetitions.
func (l *log) answer() Answer {
	return Answer{Module: l.module, Problems: tidy(l.problems), Warnings: tidy(l.warnings)}
}

func tidy(all []Problem) []Problem {
	all = slices.Clone(all)
	slices.SortStableFunc(all, byPlace)
	all = slices.Compact(all)
	if len(all) > mostProblems {
		all = all[:mostProblems]
	}
	if all == nil {
		return []Problem{}
	}
	return all
}
