package main

import (
	"slices"
	"strings"
	"testing"
)

// exportsOf gives the signatures of an app's functions by their names for the host.
func exportsOf(t *testing.T, code string) map[string]string {
	t.Helper()
	a := try(t, map[string]string{"main.go": "package main\n\n" + code + "\n"}).fine()
	all := map[string]string{}
	for name, f := range a.metadata().Exports {
		all[name] = signature(f)
	}
	return all
}

func names(all map[string]string) string {
	var sorted []string
	for name := range all {
		sorted = append(sorted, name)
	}
	slices.Sort(sorted)
	return strings.Join(sorted, " ")
}

func TestCapitalisedFunctionsAreExported(t *testing.T) {
	all := exportsOf(t, "func Abc() {}\nfunc HTTPGet() {}\nfunc Ärger() {}\nfunc small() {}\nfunc _() {}\n"+
		"type T struct{}\nfunc (T) Method() {}\nfunc (*T) Other() {}\nfunc Of[T any]() {}\nfunc init() {}\nvar F = func() {}")
	expect(t, "exports", names(all), "abc hTTPGet ärger")
}

func TestDirectivesNameFunctions(t *testing.T) {
	all := exportsOf(t, "//export a\nfunc One() {}\n// text\n//\n//go:export b\nfunc two() {}\n"+
		"//go:wasmexport c_d\n//go:noinline\nfunc Three() {}\n//export\nfunc Four() {}\n"+
		"//export five or six\nfunc Five() {}\n// export none\nfunc six() {}\n"+
		"//export none\ntype T struct{}\n//export none\nfunc (T) Method() {}")
	expect(t, "exports", names(all), "a b c_d five four")
}

func TestImportsAreNotExported(t *testing.T) {
	a := try(t, map[string]string{
		"main.go": "package main\n\nimport \"unsafe\"\n\n//go:wasmimport modus_x raw\nfunc Raw(p unsafe.Pointer) unsafe.Pointer\n\n" +
			"// Text for it.\n//\n//modus:import modus_x raw\nfunc proxy(text *string) (more *[]string) { return (*[]string)(Raw(unsafe.Pointer(text))) }\n\n" +
			"//modus:import modus_x none\nfunc none() {}\n\n//go:wasmimport modus_x plain\nfunc plain(a int32, b float64) int64\n\n" +
			"func A() { proxy(nil); none(); plain(1, 2) }\n",
	}).fine()
	m := a.metadata()
	expect(t, "number of exports", len(m.Exports), 1)
	raw := m.Imports["modus_x.raw"]
	expect(t, "import", signature(raw), "(text *string) (more *[]string)")
	expect(t, "docs", raw.Docs.Lines[0], "Text for it.")
	expect(t, "import", signature(m.Imports["modus_x.plain"]), "(a int32, b float64) (int64)")
	expect(t, "number of imports", len(m.Imports), 3)
	if m.Types["*[]string"].ID == 0 {
		t.Error("types of imports are not listed")
	}
	exactly(t, a, a.compile())
}

func TestFunctionsOfDependenciesAreExportedByDirective(t *testing.T) {
	a := try(t, map[string]string{
		"main.go": "package main\n\nimport _ \"" + sdkModule + "/pkg/agents\"\n\nimport _ \"my-app/sub\"\n\nfunc A() {}\n",
		"sub/sub.go": "package sub\n\ntype T struct{ next *T }\n\n" +
			"//go:wasmexport one\nfunc one(a []T, b ...T) (*T, error) { return nil, nil }\n\n" +
			"//go:wasmexport two\nfunc Two(a int32) int32 { return a }\n\nfunc Three() {}\n",
	}).fine()
	m := a.metadata()
	expect(t, "agent's function", signature(m.Exports["_modus_agent_handle_message"]), "(msgName string, data *string) (*string)")
	expect(t, "function", signature(m.Exports["one"]), "(a []my-app/sub.T, b []my-app/sub.T) (*my-app/sub.T)")
	expect(t, "file", m.Exports["one"].File, "sub/sub.go")
	expect(t, "line", m.Exports["one"].Line, 6)
	expect(t, "file of the SDK", m.Exports["_modus_agent_activate"].File, "")
	if _, found := m.Exports["three"]; found {
		t.Error("a function without directive is exported")
	}
	exactly(t, a, a.compile())
}

func TestFunctionsOfModulesElsewhereAreExportedByDirective(t *testing.T) {
	a := try(t, map[string]string{
		"go.mod":               simpleGoMod + "\nrequire example.com/b v1.0.0\n\nreplace example.com/b => ../b\n",
		"main.go":              "package main\n\nimport _ \"example.com/b\"\n",
		"../b/go.mod":          "module example.com/b\n\ngo 1.21\n",
		"../b/b.go":            "package b\n\nimport _ \"example.com/b/internal/c\"\n\n//go:wasmexport add\nfunc Add(a, b int32) int32 { return a + b }\n",
		"../b/internal/c/c.go": "package c\n\n//export sub\nfunc Sub(a, b int) int { return a - b }\n",
	}).fine()
	expect(t, "file", a.metadata().Exports["add"].File, "")
	exactly(t, a, a.compile())
}

func TestNamesOfParametersAndResults(t *testing.T) {
	all := exportsOf(t, "func A(int, string) {}\nfunc B(_ int, p0, p1 bool, _ ...string) {}\n"+
		"func C(p1 int, _ int, p1_ int) {}\nfunc D() (a, b int, c string, err error) { return }\n"+
		"func E() (_ int, b []int) { return }\nfunc F() error { return nil }\nfunc G() (int, error) { return 0, nil }")
	for name, want := range map[string]string{
		"a": "(p0 int, p1 string) ()",
		"b": "(p0_ int, p0 bool, p1 bool, p3 []string) ()",
		"c": "(p1 int, p1__ int, p1_ int) ()",
		"d": "() (a int, b int, c string)",
		"e": "() (int, b []int)",
		"f": "() ()",
		"g": "() (int)",
	} {
		expect(t, name, all[name], want)
	}
}

func TestFunctionsHavePlaceAndDocs(t *testing.T) {
	a := try(t, map[string]string{
		"main.go": "package main\n\ntype T struct{}\n\n// No.\nfunc (T) A() {}\n\n// First  \n//\n//   second line\n//go:noinline\n//third\n/* fourth\n   fifth */\nfunc\nA(b int) {}\n\n\n// Not of it.\n\nfunc B() {}\n",
	}).fine()
	f := a.metadata().Exports["a"]
	expect(t, "file", f.File, "main.go")
	expect(t, "line", f.Line, 16)
	expect(t, "docs", strings.Join(f.Docs.Lines, "|"), "First|second line|fourth|fifth")
	if a.metadata().Exports["b"].Docs != nil {
		t.Error("B has docs")
	}
}

func TestArgumentsHaveIdsBehindThoseOfTypes(t *testing.T) {
	m := try(t, map[string]string{
		"main.go": "package main\n\nfunc B(s []int) {}\n\nfunc A(m map[string]bool) *int { return nil }\n\nfunc C() {}\n",
	}).fine().metadata()
	for name, want := range map[string]int{
		"*int": 3, "*string": 4, "[]bool": 5, "[]int": 6, "[]string": 7, "map[string]bool": 8,
	} {
		expect(t, name, m.Types[name].ID, want)
	}
	expect(t, "number of types", len(m.Types), 6)
	expect(t, "id", m.Exports["a"].ArgumentsID, 9)
	expect(t, "id", m.Exports["b"].ArgumentsID, 10)
	expect(t, "id", m.Exports["c"].ArgumentsID, 0)
}

func TestThePluginIsCalledByTheModulesLastName(t *testing.T) {
	for module, want := range map[string]string{
		"app": "app", "example.com/app": "app", "example.com/app/v2": "app", "v2": "v2", "example.com/v2x": "v2x",
	} {
		expect(t, module, pluginName(module), want)
	}
}
