package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// at expects the place of a problem.
func at(t *testing.T, p Problem, file string, line int) {
	t.Helper()
	if p.File != file || p.Line != line {
		t.Errorf("%s is at %s:%d, want %s:%d", p.Message, p.File, p.Line, file, line)
	}
}

func TestAFolderWithoutGoMod(t *testing.T) {
	p := tryFolder(t, write(t, map[string]string{"main.go": "package main\n"})).only(goModMissing)
	if p.Hint == "" {
		t.Error("there is no hint")
	}
}

func TestABadGoMod(t *testing.T) {
	mod := "module my-app\n\nrequire (\n\texample.com/b\n)\n"
	p := try(t, map[string]string{"go.mod": mod, "main.go": "package main\n"}).only(goModInvalid)
	at(t, p, "go.mod", 4)
}

func TestAGoModThatOnlyGoKnowsToBeBad(t *testing.T) {
	mod := "module my-app\n\ntoolchain go1.24.0\n\ngo 1.24\n\nrequire example.com/b v2.0.0\n"
	p := try(t, map[string]string{"go.mod": mod, "main.go": "package main\n"}).only(goModInvalid)
	at(t, p, "go.mod", 7)
}

func TestAGoModOfALaterGo(t *testing.T) {
	mod := "module my-app\n\ngo 1.99.1\n"
	a := try(t, map[string]string{"go.mod": mod, "main.go": "package main\n"})
	p := a.only(goVersion)
	at(t, p, "go.mod", 3)
	if !strings.Contains(p.Message, "1.99.1") {
		t.Error(p.Message)
	}
	expect(t, "module", a.Module, "my-app")
}

func TestAPackageThatIsNotMain(t *testing.T) {
	p := try(t, map[string]string{"a.go": "// comment\npackage other\n"}).only(notMain)
	at(t, p, "a.go", 2)
	try(t, map[string]string{"sub/a.go": "package main\n"}).only(notMain)
	try(t, map[string]string{"a_test.go": "package main\n", "b_linux.go": "package main\n"}).only(notMain)
}

func TestErrorsOfTheParserHavePlaces(t *testing.T) {
	a := try(t, map[string]string{
		"a.go": "package main\n\nfunc A( {}\n",
		"b.go": "package main\n\n\nvar b = }\n",
	})
	places := map[string]int{}
	for _, p := range a.Problems {
		expect(t, "code", p.Code, compileError)
		places[p.File] = p.Line
	}
	expect(t, "line", places["a.go"], 3)
	expect(t, "line", places["b.go"], 4)
}

func TestErrorsOfTheTypeCheckerHavePlaces(t *testing.T) {
	a := try(t, map[string]string{
		"a.go": "package main\n\nimport \"fmt\"\n\nfunc A() string {\n\treturn 1\n}\n\nfunc A() {}\n",
		"b.go": "package main\n\nfunc B() {\n\tx := undefined\n}\n",
	})
	var have []string
	for _, p := range a.Problems {
		expect(t, "code", p.Code, compileError)
		have = append(have, p.File+":"+strconv.Itoa(p.Line))
	}
	expect(t, "places", strings.Join(have, " "), "a.go:3 a.go:6 a.go:9 b.go:4 b.go:4")
	expect(t, "hint", a.Problems[2].Hint, "other declaration of A: a.go:5")
}

func TestAtMostTwentyErrorsAreTold(t *testing.T) {
	text := "package main\n\nfunc A() {\n" + strings.Repeat("\tundefined()\n", 50) + "}\n"
	expect(t, "number", len(try(t, map[string]string{"a.go": text}).Problems), mostProblems)
}

func TestErrorsInOtherPackagesOfTheAppHavePlaces(t *testing.T) {
	a := try(t, map[string]string{
		"main.go":      "package main\n\nimport (\n\t\"my-app/sub\"\n\t\"my-app/user\"\n)\n\nfunc A() int { return sub.X + user.Y }\n",
		"sub/sub.go":   "package sub\n\nvar X int = \"text\"\n\nfunc f() int {\n\ty := 1\n}\n",
		"user/user.go": "package user\n\nimport \"my-app/sub\"\n\nvar Y = sub.X\n",
	})
	var have []string
	for _, p := range a.Problems {
		expect(t, "code", p.Code, compileError)
		have = append(have, p.File+":"+strconv.Itoa(p.Line))
	}
	expect(t, "places", strings.Join(have, " "), "sub/sub.go:3 sub/sub.go:6 sub/sub.go:7")
}

func TestABrokenFileInAnotherPackageOfTheApp(t *testing.T) {
	p := try(t, map[string]string{
		"main.go":    "package main\n\nimport \"my-app/sub\"\n\nfunc A() int { return sub.X }\n",
		"sub/sub.go": "package sub\n\nvar X = = 1\n",
	}).only(compileError)
	at(t, p, "sub/sub.go", 3)
}

func TestPackagesThatAreNotThere(t *testing.T) {
	for path, hint := range map[string]string{
		"example.com/none":       "go get",
		"my-app/none":            "begin with the name",
		"fnt":                    "begin with the name",
		sdkModule + "/pkg/nones": "SDK",
	} {
		p := try(t, map[string]string{
			"main.go": "package main\n\nimport \"" + path + "\"\n\nvar x = none.X\n\nfunc A() {}\n",
		}).only(dependencyMissing)
		at(t, p, "main.go", 3)
		if !strings.Contains(p.Message, path) || !strings.Contains(p.Hint, hint) {
			t.Errorf("%s (%s)", p.Message, p.Hint)
		}
	}
}

func TestAPackageThatIsMissingFurtherIn(t *testing.T) {
	p := try(t, map[string]string{
		"main.go":    "package main\n\nimport _ \"my-app/sub\"\n\nfunc A() {}\n",
		"sub/sub.go": "package sub\n\nimport _ \"fmt\"\nimport _ \"example.com/none\"\n",
	}).only(dependencyMissing)
	at(t, p, "sub/sub.go", 4)
}

func TestImportsThatNoPackageMayHave(t *testing.T) {
	for path, text := range map[string]string{
		"my-app":   "imports itself",
		"./sub":    "relative",
		"my-app/p": "program",
	} {
		p := try(t, map[string]string{
			"main.go": "package main\n\nimport x \"" + path + "\"\n\nvar _ = x.X\n\nfunc A() {}\n",
			"p/p.go":  "package main\n\nvar X = 1\n\nfunc main() {}\n",
		}).only(compileError)
		at(t, p, "main.go", 3)
		if !strings.Contains(p.Message, text) {
			t.Error(p.Message)
		}
	}
}

func TestImportsInACircle(t *testing.T) {
	a := try(t, map[string]string{
		"main.go": "package main\n\nimport _ \"my-app/a\"\n\nfunc A() {}\n",
		"a/a.go":  "package a\n\nimport _ \"my-app/b\"\n",
		"b/b.go":  "package b\n\nimport _ \"my-app/a\"\n",
	})
	for _, p := range a.Problems {
		expect(t, "code", p.Code, compileError)
	}
	if len(a.Problems) == 0 || !strings.Contains(a.Problems[0].Message, "cycle") {
		t.Errorf("%+v", a.Problems)
	}
}

func TestTypesThatCannotCross(t *testing.T) {
	for _, c := range []struct {
		code, message, parameter string
		line                     int
	}{
		{"func A(c chan int) {}", "parameter c of A has the type chan int, which cannot cross the API: it is a channel", "c", 5},
		{"func A(a int, _ []func()) {}", "parameter p1 of A has the type []func(), which cannot cross the API: func() is a function", "p1", 5},
		{"func A() any { return 1 }", "the result of A has the type any, which cannot cross the API: it is an interface", "", 5},
		{"func A() (int, *complex64) { return 1, nil }", "result 2 of A has the type *complex64, which cannot cross the API: complex64 is a complex number", "", 5},
		{"func A() (r map[string]struct{}) { return }", "result r of A has the type map[string]struct{}, which cannot cross the API: struct{} is a struct without a name", "", 5},
		{"func A(p private) {}\ntype private struct{}", "parameter p of A has the type private, which cannot cross the API: it is a private type", "p", 5},
		{"func A(e error) {}", "parameter e of A has the type error, which cannot cross the API: it is an interface", "e", 5},
		{"func A(p unsafe.Pointer) {}", "parameter p of A has the type unsafe.Pointer, which cannot cross the API: it is an address without a type", "p", 5},
		{"func A(s fmt.Stringer) {}", "parameter s of A has the type fmt.Stringer, which cannot cross the API: it is an interface", "s", 5},
		{"type F func()\nfunc A(f F) {}", "parameter f of A has the type F, which cannot cross the API: it is a function", "f", 6},
		{"type S struct {\n\tT []T\n}\ntype T struct {\n\tC map[int]chan int\n}\nfunc A(s *S) {}",
			"parameter s of A has the type *S, which cannot cross the API: its field T.C has the type chan int, which is a channel", "s", 9},
		{"type B[T any] struct{ V T }\nfunc A(b B[any]) {}", "parameter b of A has the type B[any], which cannot cross the API: its field B.V has the type any, which is an interface", "b", 5},
		{"type B[T any] struct{ V int }\ntype p int\nfunc A(b B[p]) {}", "parameter b of A has the type B[p], which cannot cross the API: p is a private type", "b", 7},
		{"type L []L2\ntype L2 *chan L\nfunc A(l L) {}", "parameter l of A has the type L, which cannot cross the API: chan L is a channel", "l", 7},
	} {
		p := try(t, map[string]string{
			"main.go": "package main\n\nimport (\"fmt\"; \"unsafe\"); var _ = fmt.Sprint(unsafe.Pointer(nil))\n\n" + c.code + "\n",
		}).only(typeUnsupported)
		expect(t, "message", p.Message, c.message)
		expect(t, "parameter", p.Parameter, c.parameter)
		expect(t, "function", p.Function, "A")
		at(t, p, "main.go", c.line)
		if p.Hint == "" {
			t.Errorf("%s has no hint", p.Message)
		}
	}
}

func TestTypesOfOtherPackagesThatCannotCross(t *testing.T) {
	p := try(t, map[string]string{
		"main.go":    "package main\n\nimport \"my-app/sub\"\n\nfunc A(s sub.S) {}\n",
		"sub/sub.go": "package sub\n\ntype S struct {\n\tA int\n\tC chan int\n}\n",
	}).only(typeUnsupported)
	at(t, p, "sub/sub.go", 5)

	p = try(t, map[string]string{
		"main.go": "package main\n\nimport \"net/http\"\n\nfunc A(\n\ta int,\n\tr *http.Request,\n) {}\n",
	}).only(typeUnsupported)
	at(t, p, "main.go", 7)
}

func TestTypesOfInternalPackagesOfOthersCannotCross(t *testing.T) {
	p := try(t, map[string]string{
		"go.mod":                 simpleGoMod + "\nrequire example.com/b v1.0.0\n\nreplace example.com/b => ../b\n",
		"main.go":                "package main\n\nimport \"example.com/b\"\n\nfunc A() *b.B { return nil }\n",
		"../b/go.mod":            "module example.com/b\n\ngo 1.21\n",
		"../b/b.go":              "package b\n\nimport \"example.com/b/internal/c\"\n\ntype B struct{ C c.C }\n",
		"../b/internal/c/inn.go": "package c\n\ntype C struct{}\n",
	}).only(typeUnsupported)
	if !strings.Contains(p.Message, "internal") {
		t.Error(p.Message)
	}
}

func TestEveryParameterThatCannotCrossIsTold(t *testing.T) {
	a := try(t, map[string]string{
		"main.go": "package main\n\ntype S struct{ C chan int }\n\nfunc A(a, b S) S { return a }\n\nfunc B(s []S) {}\n",
	})
	expect(t, "number", len(a.Problems), 4)
}

func TestErrorsInOtherPlacesThanTheLast(t *testing.T) {
	for code, text := range map[string]string{
		"func A() (error, int) { return nil, 1 }":     "not its last result",
		"func A() (a error, b error) { return a, b }": "more than one error",
	} {
		p := try(t, map[string]string{"main.go": "package main\n\n" + code + "\n"}).only(errorResult)
		at(t, p, "main.go", 3)
		expect(t, "function", p.Function, "A")
		if !strings.Contains(p.Message, text) {
			t.Error(p.Message)
		}
	}
}

func TestNamesThatAreTaken(t *testing.T) {
	for _, code := range []string{
		"func Abc() {}\n\n//go:export abc\nfunc other() {}",
		"func abc() {}\n\n//export __new\nfunc Made() {}",
		"func abc() {}\n\n//go:wasmexport memory\nfunc Made() {}",
		"func len(x []int) int { return 0 }\n\n\nfunc Made() {}",
		"func any(all []bool) bool { return false }\n\n\nfunc Made(m map[string]int) {}",
	} {
		p := try(t, map[string]string{"main.go": "package main\n\n" + code + "\n"}).only(nameTaken)
		if p.File != "main.go" || p.Line == 0 || p.Hint == "" {
			t.Errorf("%+v", p)
		}
	}
}

func TestAnAppWithoutFunctionsIsWarnedOf(t *testing.T) {
	a := try(t, map[string]string{
		"main.go": "package main\n\nfunc small() {}\n\ntype T struct{}\n\nfunc (T) Method() {}\n\nfunc Of[T any](t T) {}\n",
	}).fine()
	codes := map[string]int{}
	for _, w := range a.Warnings {
		codes[w.Code] = w.Line
	}
	if line, found := codes[noFunctions]; !found || line != 0 {
		t.Errorf("%+v", a.Warnings)
	}
	expect(t, "line", codes[genericFunction], 9)
	a.compile()
}

func TestImportsOfStrangeTypesAreLeftOut(t *testing.T) {
	a := try(t, map[string]string{
		"main.go": "package main\n\nimport \"unsafe\"\n\n//go:wasmimport modus_x raw\nfunc raw(p unsafe.Pointer)\n\n" +
			"//go:wasmimport other add\nfunc add(a, b int32) int32\n\nfunc A() { raw(nil); add(1, 2) }\n",
	}).fine()
	if len(a.Warnings) != 1 || a.Warnings[0].Code != importLeftOut || a.Warnings[0].Line != 6 {
		t.Errorf("%+v", a.Warnings)
	}
	expect(t, "number", len(a.metadata().Imports), 1)
}

func TestTheAnswerIsOneLineOfJSON(t *testing.T) {
	folder := write(t, map[string]string{"go.mod": simpleGoMod, "main.go": "package main\n\nfunc A(c <-chan int) {}\n"})
	var output bytes.Buffer
	if err := run([]string{"-app", folder, "-out", t.TempDir(), "-sdk", "testdata/sdk"}, &output); err != nil {
		t.Fatal(err)
	}
	if strings.Count(output.String(), "\n") != 1 || !strings.Contains(output.String(), "<-chan") {
		t.Error(output.String())
	}
	var answer Answer
	if err := json.Unmarshal(output.Bytes(), &answer); err != nil {
		t.Fatal(err)
	}
	expect(t, "code", answer.Problems[0].Code, typeUnsupported)
	expect(t, "sdk", answer.SDK, "modus-sdk-go@0.18.0")
}

func TestFaultsOfTheToolAreNoProblemsOfTheApp(t *testing.T) {
	folder := write(t, map[string]string{"go.mod": simpleGoMod, "main.go": "package main\n\nfunc A() {}\n"})
	blocked := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(blocked, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for name, arguments := range map[string][]string{
		"no folder":     {},
		"compiler":      {"-app", folder, "-out", t.TempDir(), "-sdk", "testdata/sdk", "-compiler", "cc"},
		"go":            {"-app", folder, "-out", t.TempDir(), "-sdk", "testdata/sdk", "-go", "/none/go"},
		"sdk":           {"-app", folder, "-out", t.TempDir(), "-sdk", "testdata/none"},
		"output folder": {"-app", folder, "-out", blocked, "-sdk", "testdata/sdk"},
	} {
		if err := run(arguments, &bytes.Buffer{}); err == nil {
			t.Errorf("%s: there is no error", name)
		}
	}
}

func TestADependencyOfALaterGo(t *testing.T) {
	p := try(t, map[string]string{
		"go.mod":      simpleGoMod + "\nrequire example.com/b v1.0.0\n\nreplace example.com/b => ../b\n",
		"main.go":     "package main\n\nimport _ \"example.com/b\"\n\nfunc A() {}\n",
		"../b/go.mod": "module example.com/b\n\ngo 1.99\n",
		"../b/b.go":   "package b\n",
	}).only(goVersion)
	at(t, p, "go.mod", 9)
}

func TestAReplacementThatIsNotThere(t *testing.T) {
	p := try(t, map[string]string{
		"go.mod":  simpleGoMod + "\nrequire example.com/b v1.0.0\n\nreplace example.com/b => ../b\n",
		"main.go": "package main\n\nimport _ \"example.com/b\"\n\nfunc A() {}\n",
	}).only(dependencyMissing)
	at(t, p, "main.go", 3)
}

func TestAModuleThatGoModDoesNotName(t *testing.T) {
	a := try(t, map[string]string{
		"go.mod":        simpleGoMod + "\nreplace example.com/b => ../b\n",
		"main.go":       "package main\n\nimport _ \"example.com/b/sub\"\n\nfunc A() {}\n",
		"../b/go.mod":   "module example.com/b\n\ngo 1.21\n",
		"../b/sub/b.go": "package b\n",
	}).fine()
	if len(a.Warnings) != 1 || a.Warnings[0].Code != dependencyUnlisted {
		t.Fatalf("%+v", a.Warnings)
	}
	at(t, a.Warnings[0], "main.go", 3)
}
