package main

import (
	"go/version"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
)

// sdkModule is the path under which apps import the SDK.
const sdkModule = "github.com/hypermodeinc/modus/sdk/go"

// formerNeeds are modules that earlier SDKs of this path needed, and ours does not.
var formerNeeds = []string{
	"github.com/tidwall/gjson",
	"github.com/tidwall/match",
	"github.com/tidwall/pretty",
	"github.com/tidwall/sjson",
	"golang.org/x/exp",
}

// withSDK gives the text of the app's go.mod for the build: with Atoll's SDK in place of the one
// that it asks for, in the given version of Go, and without the requirements that unneeded tells.
// The lines keep their numbers, of which the go command's complaints speak.
func (f *modFile) withSDK(folder, language string, unneeded func(module, version string) bool) string {
	var lines []string
	for _, line := range f.lines {
		text := line.text
		switch line.verb {
		case "toolchain":
			text = ""
		case "replace", "exclude":
			if line.words[0] == sdkModule {
				text = ""
			}
		case "require":
			if line.indirect() && unneeded(line.words[0], line.words[1]) {
				text = ""
			}
		case "go":
			text = "go " + language
		}
		lines = append(lines, text)
	}
	text := strings.TrimRight(strings.Join(lines, "\n"), "\n") + "\n\n"
	if f.value("go") == "" {
		text += "go " + language + "\n\n"
	}
	if f.required(sdkModule) == "" {
		text += "require " + sdkModule + " v0.0.0\n\n"
	}
	return text + "replace " + sdkModule + " => " + modQuoted(folder) + "\n"
}

func newer(a, b string) string {
	if version.Compare("go"+a, "go"+b) < 0 {
		return b
	}
	return a
}

// modQuoted writes a word for a go.mod.
func modQuoted(word string) string {
	special := func(r rune) bool {
		return unicode.IsSpace(r) || !unicode.IsPrint(r) || strings.ContainsRune("()[]{},\"'`", r)
	}
	if strings.ContainsFunc(word, special) || strings.Contains(word, "//") {
		return strconv.Quote(word)
	}
	return word
}

// unneededModules tells the requirements that only an earlier SDK had. They would have to be
// downloaded although nothing of them is used. imported are the paths that the app imports.
func (f *modFile) unneededModules(imported func() []string, cache string) func(string, string) bool {
	onlySDK := true
	for _, line := range f.lines {
		if line.verb == "require" && !line.indirect() && line.words[0] != sdkModule {
			onlySDK = false
		}
	}
	paths := sync.OnceValue(imported)
	return func(module, version string) bool {
		if module == sdkModule || f.required(sdkModule) == "" {
			return false
		}
		if !onlySDK && (!slices.Contains(formerNeeds, module) || cached(cache, module, version)) {
			return false
		}
		return !slices.ContainsFunc(paths(), func(path string) bool {
			return path == module || strings.HasPrefix(path, module+"/")
		})
	}
}

// cached tells whether the module need not be downloaded.
func cached(cache, module, version string) bool {
	folder := filepath.Join(cache, "cache", "download", escaped(module), "@v")
	_, err := os.Stat(filepath.Join(folder, escaped(version)+".mod"))
	return cache != "" && err == nil
}

// escaped writes a module's path as the cache does, which must not depend on case.
func escaped(path string) string {
	var b strings.Builder
	for _, r := range path {
		if unicode.IsUpper(r) {
			b.WriteByte('!')
			r = unicode.ToLower(r)
		}
		b.WriteRune(r)
	}
	return b.String()
}
