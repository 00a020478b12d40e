package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// simpleGoMod is that of an app that needs nothing but the SDK.
const simpleGoMod = "module my-app\n\ngo 1.24\n\nrequire " + sdkModule + " v0.18.0\n"

// tried is an app that the tool has looked at.
type tried struct {
	*Answer
	t        *testing.T
	settings *settings
	compiled string // packages of the last compilation, line by line
}

// write makes a folder with the files, whose names are relative to it. A file of other modules is
// put beside the app's folder by a name that begins with `../`.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "app")
	for name, text := range files {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// try runs the tool for an app of these files, with a go.mod if there is none among them. Nothing
// is downloaded.
func try(t *testing.T, files map[string]string, change ...func(*settings)) *tried {
	t.Helper()
	if _, found := files["go.mod"]; !found {
		files["go.mod"] = simpleGoMod
	}
	return tryFolder(t, write(t, files), change...)
}

func tryFolder(t *testing.T, folder string, change ...func(*settings)) *tried {
	t.Helper()
	t.Setenv("GOPROXY", "off")
	t.Setenv("GOFLAGS", "")
	sdk, err := filepath.Abs("testdata/sdk")
	if err != nil {
		t.Fatal(err)
	}
	s := &settings{
		app: folder, out: t.TempDir(), goTool: "go", sdk: sdk,
		compiler: standardGo, version: runtime.Version(),
	}
	for _, each := range change {
		each(s)
	}
	before := listing(t, folder)
	answer, err := analyseApp(s)
	if err != nil {
		t.Fatal(err)
	}
	if after := listing(t, folder); after != before {
		t.Errorf("the app's folder was changed:\n%s\n%s", before, after)
	}
	return &tried{Answer: answer, t: t, settings: s}
}

// listing tells what is in a folder, and when it was changed.
func listing(t *testing.T, folder string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.Walk(folder, func(path string, info os.FileInfo, err error) error {
		if err == nil {
			b.WriteString(path + " " + info.ModTime().String() + "\n")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func forTinyGo(s *settings) { s.compiler, s.version = tinyGo, "tinygo version 0.39.0" }

// fine expects that nothing was wrong.
func (a *tried) fine() *tried {
	a.t.Helper()
	if len(a.Problems) > 0 {
		a.t.Fatalf("unexpected problems: %+v", a.Problems)
	}
	return a
}

// only expects one problem, of this code.
func (a *tried) only(code string) Problem {
	a.t.Helper()
	if len(a.Problems) != 1 || a.Problems[0].Code != code {
		a.t.Fatalf("want one %s, have %+v", code, a.Problems)
	}
	return a.Problems[0]
}

func (a *tried) output(name string) string {
	a.t.Helper()
	text, err := os.ReadFile(filepath.Join(a.settings.out, name))
	if err != nil {
		a.t.Fatal(err)
	}
	return string(text)
}

func (a *tried) metadata() *metadata {
	a.t.Helper()
	m := &metadata{}
	if err := json.Unmarshal([]byte(a.output("metadata.json")), m); err != nil {
		a.t.Fatal(err)
	}
	return m
}

// signature writes a function of metadata as Go would.
func signature(f metaFunction) string {
	write := func(values []metaValue) string {
		var all []string
		for _, v := range values {
			all = append(all, strings.TrimSpace(v.Name+" "+v.Type))
		}
		return "(" + strings.Join(all, ", ") + ")"
	}
	return write(f.Parameters) + " " + write(f.Results)
}

// compile builds the app as Atoll does and gives the module.
func (a *tried) compile() []byte {
	a.t.Helper()
	s := a.settings
	module := filepath.Join(s.out, "app.wasm")
	command := exec.Command(s.goTool, "build", "-v", "-buildmode=c-shared", "-trimpath",
		"-ldflags", "-s -w", "-mod=mod", "-modfile", filepath.Join(s.out, "go.mod"),
		"-overlay", filepath.Join(s.out, "overlay.json"), "-o", module, ".")
	command.Dir, command.Env = s.app, goEnvironment()
	output, err := command.CombinedOutput()
	a.compiled = string(output)
	if err != nil {
		a.t.Fatalf("the generated code does not compile: %s\n%s", output, a.output(generatedName))
	}
	wasm, err := os.ReadFile(module)
	if err != nil {
		a.t.Fatal(err)
	}
	return wasm
}

// expect compares two values of any type.
func expect[T comparable](t *testing.T, what string, have, want T) {
	t.Helper()
	if have != want {
		t.Errorf("%s is\n%v, want\n%v", what, have, want)
	}
}
