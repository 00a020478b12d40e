// Command atoll-go reads a Go app and writes what its build for Atoll needs: the code that
// connects the app's functions with the host, their metadata, and a go.mod with Atoll's SDK in it.
//
// It never writes into the app's folder. On standard output it says in JSON what is wrong with the
// app, if anything; a status other than 0 means that the tool itself failed.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
)

// settings are what the command line says. The folders are absolute.
type settings struct {
	app      string
	out      string
	goTool   string
	sdk      string
	compiler string
	version  string
}

// compilers that the tool can write code for.
const (
	standardGo = "go"
	tinyGo     = "tinygo"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "atoll-go:", err)
		os.Exit(1)
	}
}

func run(arguments []string, output io.Writer) error {
	s, err := parseSettings(arguments)
	if err != nil {
		return err
	}
	answer, err := analyseApp(s)
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(output)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(answer)
}

func parseSettings(arguments []string) (*settings, error) {
	s := &settings{}
	flags := flag.NewFlagSet("atoll-go", flag.ContinueOnError)
	flags.StringVar(&s.app, "app", "", "folder of the app")
	flags.StringVar(&s.out, "out", "", "folder to write into")
	flags.StringVar(&s.goTool, "go", "go", "the go command")
	flags.StringVar(&s.sdk, "sdk", "", "folder of Atoll's SDK")
	flags.StringVar(&s.compiler, "compiler", standardGo, "go or tinygo")
	flags.StringVar(&s.version, "version", runtime.Version(), "what the compiler calls itself")
	if err := flags.Parse(arguments); err != nil {
		return nil, err
	}
	if s.compiler != standardGo && s.compiler != tinyGo {
		return nil, fmt.Errorf("unknown compiler %q", s.compiler)
	}
	for _, folder := range []struct {
		flag string
		path *string
	}{{"app", &s.app}, {"out", &s.out}, {"sdk", &s.sdk}} {
		if *folder.path == "" {
			return nil, fmt.Errorf("-%s is missing", folder.flag)
		}
		absolute, err := filepath.Abs(*folder.path)
		if err != nil {
			return nil, err
		}
		*folder.path = absolute
	}
	return s, nil
}
