package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var wrapper = regexp.MustCompile(`//go:wasmexport \w+\nfunc (atoll_*Export\d+)`)

// linksNatively builds a program of this machine from the generated code: for WebAssembly the
// linker does not complain about functions that are not there.
func linksNatively(t *testing.T, a *tried) {
	t.Helper()
	generated := a.output(generatedName)
	var names []string
	for _, found := range wrapper.FindAllStringSubmatch(generated, -1) {
		names = append(names, found[1])
	}
	text := strings.ReplaceAll(generated, "//go:wasmexport", "//") +
		"\nfunc init() {\n\tfor _, each := range []func(atoll_unsafe.Pointer) atoll_unsafe.Pointer{" +
		strings.Join(names, ", ") + "} {\n\t\tif each == nil {\n\t\t\tpanic(0)\n\t\t}\n\t}\n}\n"
	path := filepath.Join(a.settings.out, generatedName)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	command := exec.Command("go", "build", "-mod=mod", "-modfile", filepath.Join(a.settings.out, "go.mod"),
		"-overlay", filepath.Join(a.settings.out, "overlay.json"), "-o", filepath.Join(t.TempDir(), "program"), ".")
	command.Dir = a.settings.app
	command.Env = append(os.Environ(), "CGO_ENABLED=0", "GOTOOLCHAIN=local", "GOWORK=off")
	if output, err := command.CombinedOutput(); err != nil {
		t.Errorf("the program does not link: %s", output)
	}
}

func TestPrivateFunctionsOfOtherPackagesAreLinked(t *testing.T) {
	a := try(t, map[string]string{
		"go.mod":  simpleGoMod + "\nrequire example.com/b.c/d.v3 v0.3.0\n\nreplace example.com/b.c/d.v3 => ../d\n",
		"main.go": "package main\n\nimport (\n\t_ \"example.com/b.c/d.v3\"\n\t_ \"" + sdkModule + "/pkg/agents\"\n)\n",

		"../d/go.mod":            "module example.com/b.c/d.v3\n\ngo 1.21\n",
		"../d/d.go":              "package d\n\nimport _ \"example.com/b.c/d.v3/internal/e.f\"\n\n//export private\nfunc private(a ...string) (int, error) { return len(a), nil }\n",
		"../d/internal/e.f/e.go": "package e\n\n//export Inner\nfunc Inner() {}\n",
	}).fine()
	expect(t, "number of functions", len(a.metadata().Exports), 5)
	exactly(t, a, a.compile())
	linksNatively(t, a)
}
