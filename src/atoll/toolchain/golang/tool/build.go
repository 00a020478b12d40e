package main

import (
	"errors"
	"fmt"
	"go/build"
	"go/token"
	"go/types"
	"go/version"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// analyseApp does the tool's work and says what is wrong with the app.
func analyseApp(s *settings) (*Answer, error) {
	if err := os.MkdirAll(s.out, 0o755); err != nil {
		return nil, err
	}
	l := &log{app: s.app}
	mod, language, err := s.goMod(l)
	if err != nil {
		return nil, err
	}
	if mod != nil {
		if err := s.analyse(l, mod, language); err != nil {
			return nil, err
		}
	}
	answer := l.answer()
	if mod != nil {
		answer.Plugin, answer.SDK = pluginName(l.module), sdkName(mod)
	}
	return &answer, nil
}

// goMod reads the app's go.mod and writes the one of the build, and tells the version of Go that
// this is in. It gives nil if that cannot be.
func (s *settings) goMod(l *log) (*modFile, string, error) {
	file := inFolder(s.app, "go.mod")
	at := func(line int) token.Position { return token.Position{Filename: file, Line: line} }
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		l.problem(Problem{
			Code: goModMissing, Message: "there is no go.mod in the app's folder",
			Hint: "run `go mod init NAME` there",
		}, token.Position{})
		return nil, "", nil
	} else if err != nil {
		return nil, "", err
	}
	mod, mistake := parseModFile(string(text))
	if mistake != nil {
		l.problem(Problem{Code: goModInvalid, Message: mistake.message}, at(mistake.line))
		return nil, "", nil
	}
	l.module = mod.module()
	has, wants := compilerVersion(s.version), mod.value("go")
	if wants != "" && version.Compare("go"+wants, has) > 0 {
		l.problem(Problem{
			Code:    goVersion,
			Message: fmt.Sprintf("go.mod asks for Go %s, and there is %s", wants, strings.TrimPrefix(has, "go")),
			Hint:    "install that version of Go, or lower the line in go.mod",
		}, at(mod.find("go")+1))
		return nil, "", nil
	}
	language, err := s.writeGoMod(mod)
	return mod, language, err
}

func (s *settings) writeGoMod(mod *modFile) (language string, err error) {
	text, err := os.ReadFile(inFolder(s.sdk, "go.mod"))
	if err != nil {
		return "", err
	}
	sdk, mistake := parseModFile(string(text))
	if mistake != nil {
		return "", fmt.Errorf("the SDK has a bad go.mod: %w", mistake)
	}
	language = newer(mod.value("go"), sdk.value("go"))
	unneeded := mod.unneededModules(func() []string { return importedBelow(s.app) }, moduleCache())
	changed := mod.withSDK(s.sdk, language, unneeded)
	if err := os.WriteFile(inFolder(s.out, "go.mod"), []byte(changed), 0o644); err != nil {
		return "", err
	}
	return "go" + language, copyOrRemove(inFolder(s.app, "go.sum"), inFolder(s.out, "go.sum"))
}

// copyOrRemove makes the other file what the one is, which may not be there.
func copyOrRemove(from, to string) error {
	text, err := os.ReadFile(from)
	if err == nil {
		return os.WriteFile(to, text, 0o644)
	}
	if errors.Is(err, fs.ErrNotExist) {
		err = os.Remove(to)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// analyse looks at the app's sources and writes what their build needs, if nothing is wrong.
func (s *settings) analyse(l *log, mod *modFile, language string) error {
	fset := token.NewFileSet()
	tags := buildTags(s.compiler)
	files, errs := readRoot(s.app, fset, fileSelection(compilerVersion(s.version), tags))
	if !l.root(fset, files, errs) {
		return nil
	}
	imports := files.imports()
	all, err := s.goList(l.wanted(fset, imports), tags)
	var failure *goFailure
	if errors.As(err, &failure) {
		l.unreadable(failure, mod)
		return nil
	} else if err != nil {
		return err
	}
	if text, err := os.ReadFile(inFolder(s.out, "go.mod")); err == nil {
		l.unlisted(mod, string(text), imports, fset)
	}
	sizes := types.SizesFor("gc", "wasm")
	if s.compiler == tinyGo {
		sizes = &types.StdSizes{WordSize: 4, MaxAlign: 8}
	}
	p := newPackages(fset, sizes, all)
	if l.dependencies(p, all, imports); len(l.problems) > 0 {
		return nil
	}
	root := checkTypes(l.module, fset, files, types.Config{
		Importer: p, Sizes: sizes, GoVersion: language,
	})
	if s.compiler == tinyGo {
		root.errs = slices.DeleteFunc(root.errs, overflows)
	}
	if l.errors(fset, root.errs); len(l.problems) > 0 {
		return nil
	}
	a := &app{settings: s, log: l, packages: p, root: root, listed: all}
	a.collector = newCollector(l.module, sizes)
	if s.compiler == tinyGo {
		a.collector.sizes = nil
	}
	return a.finish(pluginName(l.module), sdkName(mod))
}

// finish writes the results.
func (a *app) finish(plugin, sdk string) error {
	replaced, err := a.collect()
	if err != nil || len(a.problems) > 0 {
		return err
	}
	ids := a.number()
	generated := a.generate(ids)
	if err := os.WriteFile(inFolder(a.out, generatedName), []byte(generated), 0o644); err != nil {
		return err
	}
	if err := writeJSON(inFolder(a.out, "overlay.json"), map[string]any{"Replace": replaced}); err != nil {
		return err
	}
	return writeJSON(inFolder(a.out, "metadata.json"), a.metadata(plugin, sdk, ids))
}

// root tells whether the app's own package is worth a closer look.
func (l *log) root(fset *token.FileSet, files *sources, errs []error) bool {
	if len(errs) > 0 {
		l.errors(fset, errs)
		return false
	}
	if len(files.files) == 0 {
		l.problem(Problem{
			Code: notMain, Message: "there are no Go files for WebAssembly in the app's folder",
			Hint: "put the app's functions into a file of package main there",
		}, token.Position{})
		return false
	}
	for _, file := range files.files {
		if name := file.Name.Name; name != "main" {
			l.problem(Problem{
				Code:    notMain,
				Message: fmt.Sprintf("the package in the app's folder is %s, and must be main", name),
				Hint:    "write: package main",
			}, fset.Position(file.Name.Pos()))
		}
	}
	return len(l.problems) == 0
}

// wanted gives the packages to ask the go command for: those that the app imports, and those that
// the generated code does.
func (l *log) wanted(fset *token.FileSet, imports []importPlace) []string {
	paths := []string{"os", sdkModule + "/pkg/console", sdkModule + "/pkg/pins"}
	for _, place := range imports {
		switch {
		case place.path == "unsafe":
		case place.path == l.module:
			l.problem(Problem{Code: compileError, Message: "the package imports itself"}, fset.Position(place.at))
		case build.IsLocalImport(place.path) || filepath.IsAbs(place.path):
			l.problem(Problem{
				Code: compileError, Message: fmt.Sprintf("%q is a relative import, which modules cannot have", place.path),
				Hint: "import it as " + path.Join(l.module, place.path),
			}, fset.Position(place.at))
		default:
			paths = append(paths, place.path)
		}
	}
	return paths
}

var majorVersion = regexp.MustCompile(`^v[0-9]+$`)

// pluginName is the last part of the module's path that is a name.
func pluginName(module string) string {
	if last := path.Base(module); !majorVersion.MatchString(last) || last == module {
		return last
	}
	return path.Base(path.Dir(module))
}

// sdkName is how metadata calls the SDK, in the version that the app asks for.
func sdkName(mod *modFile) string {
	if wants := mod.required(sdkModule); wants != "" {
		return "modus-sdk-go@" + strings.TrimPrefix(wants, "v")
	}
	return "modus-sdk-go"
}
