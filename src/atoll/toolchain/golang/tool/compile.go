package main

import (
	"errors"
	"go/scanner"
	"go/token"
	"go/types"
	"regexp"
	"strconv"
	"strings"
)

// errors tells what parser and type checker found.
func (l *log) errors(fset *token.FileSet, errs []error) {
	for _, err := range errs {
		var wrong types.Error
		var syntax *scanner.Error
		switch {
		case errors.As(err, &wrong):
			l.wrong(fset.Position(wrong.Pos), wrong.Msg)
		case errors.As(err, &syntax):
			l.problem(Problem{Code: compileError, Message: syntax.Msg}, syntax.Pos)
		default:
			l.problem(Problem{Code: compileError, Message: err.Error()}, token.Position{})
		}
	}
}

// overflows tells of errors that TinyGo has to judge. Its int is smaller than that of the standard
// compiler, of which the packages are that the app is checked against: math.MaxInt is theirs.
func overflows(err error) bool {
	var wrong types.Error
	return errors.As(err, &wrong) && strings.Contains(wrong.Msg, "overflows")
}

func (l *log) wrong(at token.Position, message string) {
	rest, continued := strings.CutPrefix(message, "\t")
	last := len(l.problems) - 1
	if !continued || last < 0 {
		l.problem(Problem{Code: compileError, Message: message, Hint: compileHint(message)}, at)
		return
	}
	if l.problems[last].Hint == "" {
		l.problems[last].Hint = rest + ": " + l.file(at.Filename) + ":" + strconv.Itoa(at.Line)
	}
}

func compileHint(message string) string {
	if strings.HasSuffix(message, "imported and not used") {
		return "remove the import"
	}
	if strings.HasPrefix(message, "declared and not used") {
		return "remove the variable, or assign it to _"
	}
	return ""
}

// dependencies tells what is wrong with packages that the app needs. imports are those of the app
// itself.
func (l *log) dependencies(p *packages, all []*listed, imports []importPlace) {
	at := map[string]token.Position{}
	for _, place := range imports {
		at[place.path] = p.fset.Position(place.at)
	}
	for _, each := range all {
		if each.Error == nil {
			continue
		}
		if _, inside := within(l.app, each.Dir); len(each.GoFiles) > 0 && (inside || compilation(each)) {
			if errs := p.check(each).errs; len(errs) > 0 {
				l.errors(p.fset, errs)
				continue
			}
			if compilation(each) {
				continue // The compiler of the build has the last word.
			}
		}
		place := at[each.ImportPath]
		for _, path := range each.Error.ImportStack {
			if place.Filename == "" {
				place = at[path]
			}
		}
		if given, ok := parsePlace(l.app, each.Error.Pos); ok {
			place = given
		}
		l.problem(dependencyProblem(each), place)
	}
}

// compilation tells whether the package was found and could not be compiled.
func compilation(each *listed) bool {
	return strings.HasPrefix(each.Error.Err, "# ")
}

func dependencyProblem(each *listed) Problem {
	text := strings.TrimSpace(each.Error.Err)
	if !strings.Contains(text, each.ImportPath) {
		text = "cannot get the package " + each.ImportPath + ": " + text
	}
	switch {
	case strings.Contains(text, "import cycle"), strings.Contains(text, "is a program"),
		strings.Contains(text, "use of internal package"):
		return Problem{Code: compileError, Message: text}
	case strings.Contains(text, "requires go >="):
		return Problem{Code: goVersion, Message: text, Hint: "install that version of Go"}
	case strings.HasPrefix(each.ImportPath, sdkModule+"/"):
		return Problem{
			Code: dependencyMissing, Message: text,
			Hint: "Atoll's SDK has no such package; its packages are in " + sdkModule + "/pkg",
		}
	}
	first, _, _ := strings.Cut(each.ImportPath, "/")
	if !strings.Contains(first, ".") {
		return Problem{
			Code: dependencyMissing, Message: text,
			Hint: "check the spelling; packages of the app begin with the name of its module",
		}
	}
	return Problem{
		Code: dependencyMissing, Message: text,
		Hint: "run `go get " + each.ImportPath + "` in the app's folder",
	}
}

var placeText = regexp.MustCompile(`^(.+?):(\d+)(?::(\d+))?$`)

// parsePlace reads file:line:column, where the file is relative to the folder.
func parsePlace(folder, text string) (token.Position, bool) {
	found := placeText.FindStringSubmatch(text)
	if found == nil {
		return token.Position{}, false
	}
	line, _ := strconv.Atoi(found[2])
	column, _ := strconv.Atoi(found[3])
	return token.Position{Filename: inFolder(folder, found[1]), Line: line, Column: column}, true
}

// unreadable tells why the go command stopped before it looked at any package.
func (l *log) unreadable(failure *goFailure, mod *modFile) {
	text := strings.TrimPrefix(failure.text, "go: ")
	place := token.Position{Filename: inFolder(l.app, "go.mod"), Line: mod.mentioned(text)}
	code, hint := dependencyMissing, ""
	for _, line := range strings.Split(text, "\n") {
		if found := goModPlace.FindStringSubmatch(strings.TrimSpace(line)); found != nil {
			place.Line, _ = strconv.Atoi(found[1])
			code, text = goModInvalid, found[2]
		}
	}
	if strings.Contains(text, "requires go >=") {
		code, hint = goVersion, "install that version of Go"
	} else if strings.Contains(text, "parsing go.mod") {
		code = goModInvalid
	}
	l.problem(Problem{Code: code, Message: text, Hint: hint}, place)
}

// unlisted warns of modules that the go command has added to the go.mod of the build, in versions
// that may be others the next time.
func (l *log) unlisted(mod *modFile, text string, imports []importPlace, fset *token.FileSet) {
	after, mistake := parseModFile(text)
	if mistake != nil {
		return
	}
	for _, line := range after.lines {
		if line.verb != "require" || line.words[0] == sdkModule || mod.required(line.words[0]) != "" {
			continue
		}
		for _, place := range imports {
			if place.path == line.words[0] || strings.HasPrefix(place.path, line.words[0]+"/") {
				l.warning(Problem{
					Code:    dependencyUnlisted,
					Message: "go.mod does not name " + line.words[0] + ", of which " + line.words[1] + " was taken",
					Hint:    "run `go get " + place.path + "` in the app's folder",
				}, fset.Position(place.at))
				break
			}
		}
	}
}

var goModPlace = regexp.MustCompile(`go\.mod:(\d+)(?::\d+)?: (.*)`)
