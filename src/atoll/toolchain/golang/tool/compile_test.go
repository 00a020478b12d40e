package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

const record = "(i32) -> (i32)"

// helpers are the exports of every module that the standard compiler makes, by their types.
var helpers = map[string]string{
	"_initialize": "() -> ()",
	"__new":       "(i32) -> (i32)",
	"__make":      "(i32,i32) -> (i32)",
	"__unpin":     "(i32) -> ()",
	"__read_map":  "(i32,i32) -> (i64)",
	"__write_map": "(i32,i32,i32,i32) -> ()",
}

// exactly expects that the module exports the functions of the metadata, and no others.
func exactly(t *testing.T, a *tried, module []byte) {
	t.Helper()
	exports := wasmExports(t, module)
	for name, want := range helpers {
		expect(t, name, exports[name], want)
		delete(exports, name)
	}
	for name := range a.metadata().Exports {
		expect(t, name, exports[name], record)
		delete(exports, name)
	}
	for name := range exports {
		t.Errorf("%s is exported, and not in metadata", name)
	}
}

func TestAnAppOfAllTypesCompiles(t *testing.T) {
	a := tryFolder(t, "testdata/everything", absolute).fine()
	exactly(t, a, a.compile())
}

// absolute makes the folder of the app what it is on the command line.
func absolute(s *settings) { s.app, _ = filepath.Abs(s.app) }

func TestAnEmptyAppCompiles(t *testing.T) {
	a := try(t, map[string]string{"go.mod": "module app\n", "main.go": "package main\n\nfunc main() {}\n"}).fine()
	expect(t, "sdk", a.SDK, "modus-sdk-go")
	expect(t, "plugin", a.Plugin, "app")
	exactly(t, a, a.compile())
}

func TestAnAppMayHaveItsOwnMain(t *testing.T) {
	a := try(t, map[string]string{"main.go": "package main\n\nfunc A() {}\n\nfunc main() {}\n"}).fine()
	if strings.Contains(a.output(generatedName), "func main") {
		t.Error("there are two of main")
	}
	exactly(t, a, a.compile())
}

func TestWhatModusLeftIsNotCompiled(t *testing.T) {
	a := try(t, map[string]string{
		"main.go":                   "package main\n\nfunc A() {}\n",
		"modus_pre_generated.go":    "package main\n\nfunc A() {}\n\nfunc main() {}\n",
		"hyp_generated.go":          "broken",
		"modus_post_generated.go":   "package main\n\n//go:wasmexport __new\nfunc n() {}\n",
		"sub/modus_a_generated.go":  "package sub\n\nconst X = 1\n",
		"modus_mine.go":             "package main\n\nimport \"my-app/sub\"\n\nfunc Mine() int { return sub.X }\n",
		"modus_kept_generated.text": "",
	}).fine()
	exactly(t, a, a.compile())
	expect(t, "line", a.metadata().Exports["mine"].Line, 5)
}

func TestTheAppIsFoundThroughASymbolicLink(t *testing.T) {
	folder := write(t, map[string]string{"go.mod": simpleGoMod, "main.go": "package main\n\n//go:wasmexport a\nfunc A(s []string) {}\n"})
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(folder, link); err != nil {
		t.Skip(err)
	}
	a := tryFolder(t, link).fine()
	exactly(t, a, a.compile())
	a.settings.app = folder
	exactly(t, a, a.compile())
}

func TestNamesOfTheAppDoNotMeetGeneratedOnes(t *testing.T) {
	a := try(t, map[string]string{
		"main.go": "package main\n\nimport (\n\tunsafe \"strings\"\n\tatoll_os \"os\"\n)\n\n" +
			"var pins, console, atollNew = unsafe.ToUpper(\"\"), atoll_os.Args, 1\n\n" +
			"type Pointer struct{ K, V map[K]V }\n\ntype K string\n\ntype V []Pointer\n\n" +
			"func Add(object, id Pointer) (made Pointer, err error) { return }\n",
		"b.go": "package main\n\nimport . \"errors\"\n\nvar os = New(\"\")\n",
	}).fine()
	exactly(t, a, a.compile())
}

func TestPackagesWithTheSameNameAreToldApart(t *testing.T) {
	a := try(t, map[string]string{
		"go.mod":       simpleGoMod + "\nrequire example.com/b/v2 v2.0.0\n\nreplace example.com/b/v2 => ../b\n",
		"../b/go.mod":  "module example.com/b/v2\n\ngo 1.21\n",
		"../b/b.go":    "package b\n\ntype T struct{ A int }\n",
		"b/b.go":       "package b\n\ntype T struct{ B int }\n",
		"c/c.go":       "package b\n\ntype T struct{ C int }\n",
		"b2/b2.go":     "package b2\n\ntype T struct{ D int }\n",
		"type/keys.go": "package b3\n\ntype T struct{ E int }\n",
		"main.go": "package main\n\nimport (\n\tx \"example.com/b/v2\"\n\ty \"my-app/b\"\n\tz \"my-app/c\"\n\t\"my-app/b2\"\n\tb3 \"my-app/type\"\n)\n\n" +
			"func A(x.T, y.T, z.T, b2.T) (b b3.T) { return }\n",
	}).fine()
	expect(t, "signature", signature(a.metadata().Exports["a"]),
		"(p0 example.com/b/v2.T, p1 my-app/b.T, p2 my-app/c.T, p3 my-app/b2.T) (b my-app/type.T)")
	exactly(t, a, a.compile())
}

func TestTypesOfPackagesThatTheAppDoesNotImport(t *testing.T) {
	a := try(t, map[string]string{
		"go.mod": simpleGoMod + "\nrequire example.com/b v1.0.0\nrequire example.com/c v1.0.0 // indirect\n\n" +
			"replace (\n\texample.com/b => ../b\n\texample.com/c v1.0.0 => ../c\n)\n",
		"../b/go.mod": "module example.com/b\n\ngo 1.21\n\nrequire example.com/c v1.0.0\n",
		"../b/b.go":   "package b\n\nimport \"example.com/c\"\n\ntype B struct{ C map[string]c.C }\n",
		"../c/go.mod": "module example.com/c\n\ngo 1.21\n",
		"../c/c.go":   "package c\n\n// C is far.\ntype C struct{ X *C }\n",
		"main.go":     "package main\n\nimport \"example.com/b\"\n\nfunc A(x b.B) b.B { return x }\n",
	}).fine()
	exactly(t, a, a.compile())
	expect(t, "docs", a.metadata().Types["example.com/c.C"].Docs.Lines[0], "C is far.")
}

func TestAVendorFolderDoesNotMatter(t *testing.T) {
	a := try(t, map[string]string{
		"main.go":            "package main\n\nimport \"" + sdkModule + "/pkg/console\"\n\nfunc A() { console.Error(\"\") }\n",
		"vendor/modules.txt": "# " + sdkModule + " v0.18.0\n## explicit; go 1.23\n" + sdkModule + "/pkg/console\n",
		"vendor/" + sdkModule + "/pkg/console/console.go": "package console\n\nfunc Error(string) { broken }\n",
	}).fine()
	exactly(t, a, a.compile())
}

func TestEmbeddedFilesAndAssemblyDoNotMatter(t *testing.T) {
	a := try(t, map[string]string{
		"main.go":        "package main\n\nimport \"embed\"\n\n//go:embed data/*.txt\nvar files embed.FS\n\nfunc A() string { b, _ := files.ReadFile(\"data/a.txt\"); return string(b) }\n",
		"data/a.txt":     "text",
		"c.go":           "package main\n\n// int x;\nimport \"C\"\n\nfunc UsesC() {}\n",
		"doc.go":         "package documentation\n",
		"main_test.go":   "package main\n\nfunc Tested() {}\n",
		"ignored.go":     "//go:build ignore\n\npackage other\n",
		"later.go":       "//go:build go1.99\n\npackage main\n\nfunc Later() {}\n",
		"_hidden.go":     "broken",
		"f_windows.go":   "package main\n\nfunc A() {}\n",
		"f_wasm.go":      "package main\n\nfunc Wasm() {}\n",
		"tinygo_only.go": "//go:build tinygo\n\npackage main\n\nfunc Tiny() {}\n",
	}).fine()
	exactly(t, a, a.compile())
	expect(t, "number of functions", len(a.metadata().Exports), 2)
}

func TestTagsOfTheUserAreHonoured(t *testing.T) {
	files := map[string]string{
		"go.mod": simpleGoMod,
		"a.go":   "//go:build special && !plain\n\npackage main\n\nfunc Special() {}\n",
		"b.go":   "package main\n\nfunc B() {}\n",
	}
	folder := write(t, files)
	config := filepath.Join(t.TempDir(), "env")
	if err := os.WriteFile(config, []byte("GOFLAGS=-tags=other,special\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GOENV", config)
	a := tryFolder(t, folder).fine()
	exactly(t, a, a.compile())
	expect(t, "number of functions", len(a.metadata().Exports), 2)
}

func TestTheBuildDoesNotCompileDependenciesAgain(t *testing.T) {
	// A text that no build has seen before.
	text := "package sub\n\nconst X = " + strconv.FormatInt(time.Now().UnixNano(), 10) + "\n"
	a := try(t, map[string]string{
		"main.go":    "package main\n\nimport \"my-app/sub\"\n\nfunc A() int { return sub.X }\n",
		"sub/sub.go": text,
	}).fine()
	a.compile()
	if !strings.Contains(a.compiled, "my-app\n") || strings.Contains(a.compiled, "my-app/sub") {
		t.Errorf("compiled were: %s", a.compiled)
	}
}
