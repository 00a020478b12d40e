package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func needed(string, string) bool { return false }

func parsed(t *testing.T, text string) *modFile {
	t.Helper()
	mod, mistake := parseModFile(text)
	if mistake != nil {
		t.Fatal(mistake)
	}
	return mod
}

func TestAllFormsOfGoModAreRead(t *testing.T) {
	mod := parsed(t, "\ufeff// about it\r\nmodule \"example.com/app\" // name\r\n\r\ngo 1.21\r\n"+
		"require `example.com/a` v1.0.0 //indirect\n"+
		"require (\n\t// comment\n\n\t"+sdkModule+" v0.17.1 // indirect; because\n)\n"+
		"retract [v1.0.0, v1.1.0] // bad\n"+
		"godebug default=go1.21\ntool example.com/a/cmd\nignore ./node_modules\n")
	expect(t, "module", mod.module(), "example.com/app")
	expect(t, "go", mod.value("go"), "1.21")
	expect(t, "version", mod.required(sdkModule), "v0.17.1")
	expect(t, "version", mod.required("example.com/a"), "v1.0.0")
	for _, line := range mod.lines {
		if line.verb == "require" && !line.indirect() {
			t.Errorf("%q is indirect", line.text)
		}
	}
}

func TestMistakesInGoModHaveALine(t *testing.T) {
	for _, c := range []struct {
		text string
		line int
	}{
		{"", 1},
		{"go 1.21\n", 1},
		{"module a\nmodule\n", 2},
		{"module a\n\ngo 1.21 1.22\n", 3},
		{"module a\nrequire (\n\tb v1\n", 2},
		{"module a\nrequire (\n\tb\n)\n", 3},
		{"module a\nrequire b\n", 2},
		{"module a\nreplace b ./c\n", 2},
		{"module a\nreplace => ./c\n", 2},
		{"module a\nreplace b =>\n", 2},
		{"module \"a\n", 1},
	} {
		_, mistake := parseModFile(c.text)
		if mistake == nil || mistake.line != c.line {
			t.Errorf("%q: have %v, want line %d", c.text, mistake, c.line)
		}
	}
}

func TestTheSDKTakesTheOthersPlace(t *testing.T) {
	text := "module a\n\ngo 1.20 // old\n\ntoolchain go1.99.0\n\n" +
		"require (\n\t" + sdkModule + " v0.18.0\n\texample.com/b v1.0.0 // why\n)\n\n" +
		"replace (\n\t" + sdkModule + " => ../fork\n\texample.com/b => ../b\n)\n" +
		"replace " + sdkModule + " v0.18.0 => example.com/fork v1.0.0\n" +
		"exclude " + sdkModule + " v0.18.0\n" +
		"// the end"
	have := parsed(t, text).withSDK("/a folder/sdk", "1.23", needed)
	want := "module a\n\ngo 1.23\n\n\n\n" +
		"require (\n\t" + sdkModule + " v0.18.0\n\texample.com/b v1.0.0 // why\n)\n\n" +
		"replace (\n\n\texample.com/b => ../b\n)\n\n\n// the end\n\n" +
		"replace " + sdkModule + " => \"/a folder/sdk\"\n"
	expect(t, "go.mod", have, want)
	accepted(t, have)
}

func TestAGoModWithoutTheSDKGetsIt(t *testing.T) {
	have := parsed(t, "module a").withSDK("/sdk", "1.23", needed)
	expect(t, "go.mod", have, "module a\n\ngo 1.23\n\nrequire "+sdkModule+" v0.0.0\n\nreplace "+sdkModule+" => /sdk\n")
	accepted(t, have)
}

// accepted expects that Go can read the text.
func accepted(t *testing.T, text string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "go.mod")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	if output, err := exec.Command("go", "mod", "edit", "-json", path).CombinedOutput(); err != nil {
		t.Errorf("Go does not accept %s: %s", text, output)
	}
}

func TestRequirementsOfFormerSDKsAreDropped(t *testing.T) {
	const gjson, other = "github.com/tidwall/gjson v1.18.0 // indirect", "example.com/x v1.0.0 // indirect"
	const sdk, direct = sdkModule + " v0.18.0", "example.com/b v1.0.0"
	for _, c := range []struct {
		name     string
		requires []string
		imported []string
		dropped  []string
	}{
		{"all indirect ones where the SDK is all that is needed", []string{sdk, gjson, other}, nil, []string{gjson, other}},
		{"none that is imported", []string{sdk, gjson, other}, []string{"github.com/tidwall/gjson", "example.com/x/sub"}, nil},
		{"none by half of its name", []string{sdk, other}, []string{"example.com/xy"}, []string{other}},
		{"known ones where others are needed", []string{sdk, direct, gjson, other}, nil, []string{gjson}},
		{"none without the SDK", []string{gjson, other}, nil, nil},
	} {
		text := "module a\n\ngo 1.23\n\nrequire (\n\t" + strings.Join(c.requires, "\n\t") + "\n)\n"
		mod := parsed(t, text)
		unneeded := mod.unneededModules(func() []string { return c.imported }, t.TempDir())
		have := mod.withSDK("/sdk", "1.23", unneeded)
		for _, line := range c.requires {
			dropped := !strings.Contains(have, line)
			want := strings.Contains(strings.Join(c.dropped, "\n"), line)
			if dropped != want {
				t.Errorf("%s: %s is dropped: %v", c.name, line, dropped)
			}
		}
	}
}

func TestADownloadedRequirementStaysWhereOthersAreNeeded(t *testing.T) {
	cache := t.TempDir()
	folder := filepath.Join(cache, "cache", "download", "github.com", "tidwall", "gjson", "@v")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "v1.18.0.mod"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	mod := parsed(t, "module a\nrequire "+sdkModule+" v0.18.0\nrequire example.com/b v1.0.0\n")
	unneeded := mod.unneededModules(func() []string { return nil }, cache)
	expect(t, "unneeded", unneeded("github.com/tidwall/gjson", "v1.18.0"), false)
	expect(t, "unneeded", unneeded("github.com/tidwall/gjson", "v1.17.0"), true)
	expect(t, "escaped", escaped("github.com/Azure/x"), "github.com/!azure/x")
}

func FuzzGoMod(f *testing.F) {
	f.Add("module a\n\ngo 1.21\nrequire (\n\tb v1 // indirect\n)\nreplace b => \"c d\"\n")
	f.Add("module `a`\nretract [v1, v2]\n")
	f.Add("require (\n)\nmodule a//b")
	f.Fuzz(func(t *testing.T, text string) {
		mod, mistake := parseModFile(text)
		if mistake != nil {
			return
		}
		again, mistake := parseModFile(mod.withSDK("/sdk", "1.23", needed))
		if mistake != nil {
			t.Fatalf("the changed text is bad: %v", mistake)
		}
		expect(t, "module", again.module(), mod.module())
		expect(t, "go", again.value("go"), "1.23")
		if again.required(sdkModule) == "" {
			t.Error("the SDK is not required")
		}
	})
}
