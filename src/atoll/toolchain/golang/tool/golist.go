package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
)

// listed is what the go command says of a package.
type listed struct {
	ImportPath string
	Name       string
	Dir        string
	Export     string
	Standard   bool
	GoFiles    []string
	ImportMap  map[string]string
	Error      *struct {
		ImportStack []string
		Pos         string
		Err         string
	}
}

const listedFields = "ImportPath,Name,Dir,Export,Standard,GoFiles,ImportMap,Error"

// goFailure is the go command's own account of why it did nothing.
type goFailure struct{ text string }

func (e *goFailure) Error() string { return e.text }

// goList gives the packages and all that they need, dependencies first, compiled. It is asked for
// what the app imports rather than for the app, which thus need not be compiled.
func (s *settings) goList(packages, tags []string) ([]*listed, error) {
	// As for the build later on, whose compiled packages are thus the same.
	arguments := []string{
		"list", "-e", "-export", "-deps", "-trimpath", "-mod=mod",
		"-modfile=" + filepath.Join(s.out, "go.mod"), "-json=" + listedFields,
	}
	if s.compiler == tinyGo {
		arguments = append(arguments, "-tags="+strings.Join(tags, ","))
	}
	command := exec.Command(s.goTool, append(append(arguments, "--"), packages...)...)
	command.Dir, command.Env = s.app, goEnvironment()
	var failures bytes.Buffer
	command.Stderr = &failures
	output, err := command.Output()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return nil, fmt.Errorf("cannot run %s: %w", s.goTool, err)
	}
	var all []*listed
	for decoder := json.NewDecoder(bytes.NewReader(output)); ; {
		each := &listed{}
		if err := decoder.Decode(each); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, fmt.Errorf("cannot read the output of go list: %w", err)
		}
		all = append(all, each)
	}
	if exit != nil {
		return nil, &goFailure{strings.TrimSpace(failures.String())}
	}
	return all, nil
}
