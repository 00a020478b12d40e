package main

import (
	"strings"
	"testing"
)

const importStream = "package main\n\nimport \"" + streamPackage + "\"\n\n"

func TestFunctionsThatGiveStreams(t *testing.T) {
	a := try(t, map[string]string{
		"main.go": importStream + "type Note struct{ Text string; By map[string]*Note }\n\n" +
			"type Notes = stream.Of[*Note]\n\n" +
			"func A(to int) stream.Of[int] { return nil }\n\n" +
			"func B(by map[string]Note, more ...string) (notes Notes, err error) { return }\n\n" +
			"//go:wasmexport c_c\nfunc c() stream.Of[[]Note] { return nil }\n\n" +
			"func D() int { return 1 }\n",
	}).fine()
	m := a.metadata()
	for name, want := range map[string]string{
		"a": "(to int) (int)", "b": "(by map[string]my-app.Note, more []string) (*my-app.Note)",
		"c_c": "() ([]my-app.Note)", "d": "() (int)",
	} {
		expect(t, name, signature(m.Exports[name]), want)
		expect(t, name+" streams", m.Exports[name].Stream, name != "d")
	}
	if _, found := m.Types[streamPackage+".Of[int]"]; found || m.Types["[]my-app.Note"].ID == 0 {
		t.Errorf("types are %v", m.Types)
	}
	exactly(t, a, a.compile())
}

func TestCodeThatSendsAStream(t *testing.T) {
	files := map[string]string{
		"main.go": importStream + "func A(n int) stream.Of[int] { return nil }\n\n" +
			"func B() (stream.Of[string], error) { return nil, nil }\n",
	}
	for compiler, change := range map[string]func(*settings){"go": absolute, "tinygo": forTinyGo} {
		a := try(t, files, change).fine()
		generated := a.output(generatedName)
		for _, lines := range []string{
			"\tvar atollStream atoll_stream.Of[string]\n\tvar atollError error\n\tatollStream, atollError = B()\n\tif atollError != nil {\n",
			"\tif atollError := atoll_stream.Send(atollStream); atollError != nil {\n\t\tatoll_console.Error(atollError.Error())\n\t\tatoll_os.Exit(1)\n\t}\n",
		} {
			if !strings.Contains(generated, lines) {
				t.Errorf("%s: there is no %s in %s", compiler, lines, generated)
			}
		}
		if strings.Contains(generated, "Results") || strings.Contains(generated, "atollR0") {
			t.Errorf("%s: a stream is a result in %s", compiler, generated)
		}
		a.compile()
	}
}

func TestStreamsOfOtherPackages(t *testing.T) {
	a := try(t, map[string]string{
		"main.go": "package main\n\nimport \"my-app/sub\"\n\nfunc A() sub.Words { return sub.All() }\n",
		"sub/sub.go": "package sub\n\nimport \"" + streamPackage + "\"\n\ntype Words = stream.Of[Word]\n\ntype Word string\n\n" +
			"func All() Words { return nil }\n\n//go:wasmexport b\nfunc private() Words { return nil }\n",
	}).fine()
	for _, name := range []string{"a", "b"} {
		expect(t, name, signature(a.metadata().Exports[name]), "() (my-app/sub.Word)")
		expect(t, name, a.metadata().Exports[name].Stream, true)
	}
	exactly(t, a, a.compile())
}

func TestWhereNoStreamCanBe(t *testing.T) {
	for _, c := range []struct{ code, message, hint string }{
		{"func A(s stream.Of[int]) {}", "parameter s of A has the type stream.Of[int], which cannot cross the API: it is a stream", hintStream},
		{"func A() (int, stream.Of[int]) { return 1, nil }", "result 2 of A has the type stream.Of[int], which cannot cross the API: it is a stream", hintStream},
		{"func A() []stream.Of[int] { return nil }", "the result of A has the type []stream.Of[int], which cannot cross the API: stream.Of[int] is a stream", hintStream},
		{"func A() *stream.Of[int] { return nil }", "the result of A has the type *stream.Of[int], which cannot cross the API: stream.Of[int] is a stream", hintStream},
		{"func A() stream.Of[stream.Of[int]] { return nil }", "each value of the stream of A has the type stream.Of[int], which cannot cross the API: it is a stream", hintStream},
		{"func A() stream.Of[any] { return nil }", "each value of the stream of A has the type any, which cannot cross the API: it is an interface", hintInterface},
		{"func A() (stream.Of[error], error) { return nil, nil }", "each value of the stream of A has the type error, which cannot cross the API: it is an interface", hintInterface},
		{"func A() chan int { return nil }", "the result of A has the type chan int, which cannot cross the API: it is a channel", hintOneByOne},
		{"func A() stream.Other[int] { return nil }", "the result of A has the type stream.Other[int], which cannot cross the API: it is a function", hintOneByOne},
		{"func A(f func()) {}", "parameter f of A has the type func(), which cannot cross the API: it is a function", hintData},
		{"type My stream.Of[int]\nfunc A() My { return nil }", "the result of A has the type My, which cannot cross the API: it is a function", hintOneByOne},
	} {
		p := try(t, map[string]string{
			"main.go": importStream + "var _ stream.Of[int]\n\n" + c.code + "\n",
		}).only(typeUnsupported)
		expect(t, "message", p.Message, c.message)
		expect(t, "hint", p.Hint, c.hint)
		expect(t, "function", p.Function, "A")
	}
}

func TestStreamsOfFunctionsThatTinyGoExportsItself(t *testing.T) {
	p := try(t, map[string]string{
		"main.go": importStream + "//go:export a\nfunc A() stream.Of[int] { return nil }\n",
	}, forTinyGo).only(typeUnsupported)
	at(t, p, "main.go", 6)
}

func TestImportsOfAtollsOwnAreDescribed(t *testing.T) {
	a := try(t, map[string]string{
		"main.go": "package main\n\nimport \"unsafe\"\n\n//go:wasmimport atoll_models stream\nfunc raw(name, input unsafe.Pointer) int32\n\n" +
			"//modus:import atoll_models stream\nfunc open(name, input *string) int32 { return raw(unsafe.Pointer(name), unsafe.Pointer(input)) }\n\n" +
			"//go:wasmimport atoll_stream close\nfunc drop(handle int32)\n\nfunc A() { drop(open(nil, nil)) }\n",
	}).fine()
	m := a.metadata()
	expect(t, "import", signature(m.Imports["atoll_models.stream"]), "(name *string, input *string) (int32)")
	if _, found := m.Imports["atoll_stream.close"]; found {
		t.Error("the imports of streams are described, which every host knows")
	}
	expect(t, "number of warnings", len(a.Warnings), 0)
}
