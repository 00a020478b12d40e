package main

import (
	"strings"
	"testing"
)

func TestCodeForTinyGoIsGood(t *testing.T) {
	a := try(t, map[string]string{
		"main.go": "package main\n\nimport (\n\t\"time\"\n\t_ \"" + sdkModule + "/pkg/agents\"\n)\n\ntype S struct { a map[string]S; b *S }\n\n" +
			"func A(int, ...string) (a, b int, c string, err error) { return }\n\nfunc B(s S, _ time.Time) *S { return nil }\n\n" +
			"func C() error { return nil }\n\nfunc D() {}\n\n//go:export own\nfunc e(s []string) {}\n",
		"tiny.go": "//go:build tinygo.wasm && scheduler.none\n\npackage main\n\nfunc Tiny() {}\n",
	}, forTinyGo).fine()
	m := a.metadata()
	expect(t, "calls", m.Guest.Calls, "flat")
	expect(t, "word size", m.Guest.WordSize, 4)
	expect(t, "number of functions", len(m.Exports), 9)
	expect(t, "arguments", m.Exports["a"].ArgumentsID, 0)
	expect(t, "fields", (*m.Types["my-app.S"].Fields)[0].Type, "map[string]my-app.S")
	generated := a.output(generatedName)
	for _, line := range []string{
		"//go:export a\nfunc atollExport3(atollP0 int, atollP1 ...string) (atollR0 int, atollR1 int, atollR2 string) {",
		"\tatollR0, atollR1, atollR2, atollError = A(atollP0, atollP1...)\n",
		"//go:export __new\nfunc atollNew(id int32) ",
		"//go:export __read_map\nfunc atollReadMap(id int32, m ",
		"//go:export tiny\n",
	} {
		if !strings.Contains(generated, line) {
			t.Errorf("there is no %s in %s", line, generated)
		}
	}
	for _, text := range []string{"wasmexport", "linkname", "//go:export own", "Add(atoll__unsafe.Pointer(&keys))"} {
		if strings.Contains(generated, text) {
			t.Errorf("there is %s in %s", text, generated)
		}
	}
	if strings.Contains(a.output("overlay.json"), "blanked") {
		t.Error("TinyGo knows export directives")
	}
	// The standard compiler checks the code, of which it exports nothing.
	t.Setenv("GOFLAGS", "-tags=tinygo,tinygo.wasm,scheduler.none")
	a.compile()
}

// Constants of the standard library are those of another size of int here.
func TestNumbersAreForTinyGoToJudge(t *testing.T) {
	a := try(t, map[string]string{
		"main.go": "package main\n\nimport \"math\"\n\nfunc A() int { return math.MaxInt }\n\n" +
			"var largest uint = math.MaxUint\n\nfunc B() int { return 1 << 31 }\n",
	}, forTinyGo).fine()
	expect(t, "number of functions", len(a.metadata().Exports), 2)
}

func TestNamesOfTheAllocatorOfTinyGoAreTaken(t *testing.T) {
	files := map[string]string{"main.go": "package main\n\nfunc Free(n int) {}\n"}
	at(t, try(t, files, forTinyGo).only(nameTaken), "main.go", 3)
	try(t, files).fine()
}

func TestErrorsOfFunctionsThatTinyGoExportsItself(t *testing.T) {
	p := try(t, map[string]string{
		"main.go": "package main\n\n//go:export a\nfunc A() (int, error) { return 0, nil }\n",
	}, forTinyGo).only(errorResult)
	at(t, p, "main.go", 4)
}

func TestHiddenFieldsOfTinyGoMustCross(t *testing.T) {
	p := try(t, map[string]string{
		"main.go": "package main\n\ntype S struct {\n\tc chan int\n}\n\nfunc A(S) {}\n",
	}, forTinyGo).only(typeUnsupported)
	at(t, p, "main.go", 4)
}
