package main

import (
	"bufio"
	"go/build"
	"go/version"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
)

// goEnvironment is the environment of the go command for builds of the app.
func goEnvironment() []string {
	return append(os.Environ(),
		"GOOS=wasip1", "GOARCH=wasm", "CGO_ENABLED=0", "GOTOOLCHAIN=local", "GOWORK=off",
		"GO111MODULE=on")
}

var goRelease = regexp.MustCompile(`\bgo1\.[0-9]+(\.[0-9]+|rc[0-9]+|beta[0-9]+)?`)

// compilerVersion gives the version of Go in the compiler's name for itself. The tool is compiled
// by the same Go, so that its own serves where there is none.
func compilerVersion(text string) string {
	if found := goRelease.FindString(text); found != "" {
		return found
	}
	return goRelease.FindString(runtime.Version())
}

// buildTags are the tags of the compiler and those that the user has set for all builds.
func buildTags(compiler string) []string {
	var tags []string
	for _, flag := range strings.Fields(goSetting("GOFLAGS")) {
		flag = strings.TrimPrefix(strings.TrimPrefix(flag, "-"), "-")
		if list, found := strings.CutPrefix(flag, "tags="); found {
			tags = strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
		}
	}
	if compiler == tinyGo {
		tags = append(tags, "tinygo", "tinygo.wasm", "scheduler.none", "purego", "osusergo")
	}
	return tags
}

// goSetting reads a setting of the go command as that does: from the environment, else from the
// file of `go env -w`. Asking the command would take longer than all of the tool's own work.
func goSetting(name string) string {
	if value, found := os.LookupEnv(name); found && value != "" {
		return value
	}
	path := os.Getenv("GOENV")
	if path == "" {
		folder, err := os.UserConfigDir()
		if err != nil {
			return ""
		}
		path = filepath.Join(folder, "go", "env")
	}
	file, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if value, found := strings.CutPrefix(lines.Text(), name+"="); found {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// moduleCache is the folder of downloaded modules, "" if it cannot be told.
func moduleCache() string {
	if cache := goSetting("GOMODCACHE"); cache != "" {
		return cache
	}
	path := goSetting("GOPATH")
	if path == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return ""
		}
		return filepath.Join(home, "go", "pkg", "mod")
	}
	return filepath.Join(filepath.SplitList(path)[0], "pkg", "mod")
}

// fileSelection decides which files belong to a build, by their names and constraints.
func fileSelection(goRelease string, tags []string) *build.Context {
	context := build.Default
	context.GOOS, context.GOARCH, context.Compiler = "wasip1", "wasm", "gc"
	context.CgoEnabled = false
	context.BuildTags, context.ToolTags, context.ReleaseTags = tags, nil, nil
	language := strings.TrimPrefix(version.Lang(goRelease), "go1.")
	if last, err := strconv.Atoi(language); err == nil {
		for minor := 1; minor <= last; minor++ {
			context.ReleaseTags = append(context.ReleaseTags, "go1."+strconv.Itoa(minor))
		}
	} else {
		context.ReleaseTags = build.Default.ReleaseTags
	}
	return &context
}
