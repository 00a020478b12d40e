package main

import (
	"bufio"
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/hypermodeinc/modus/sdk/go/pkg/auth"
)

// Surroundings says what came of an attempt.
func Surroundings(attempt string) (string, error) {
	switch attempt {
	case "read":
		data, err := os.ReadFile("/etc/passwd")
		return string(data), err
	case "write":
		return "", os.WriteFile("/tmp/x", []byte("x"), 0o600)
	case "list":
		entries, err := os.ReadDir(".")
		return fmt.Sprint(entries), err
	case "glob":
		found, err := filepath.Glob("/*")
		return fmt.Sprint(found), err
	case "temp":
		file, err := os.CreateTemp("", "x")
		return fmt.Sprint(file), err
	case "descriptors":
		for fd := uintptr(3); fd < 20; fd++ {
			file := os.NewFile(fd, "x")
			if _, err := file.Read(make([]byte, 1)); err == nil {
				return fmt.Sprint(fd), nil
			}
		}
		return "none", nil
	case "arguments":
		return fmt.Sprint(len(os.Args)), nil
	case "stdin":
		line, err := bufio.NewReader(os.Stdin).ReadString('\n')
		if err == io.EOF {
			return "the end" + line, nil
		}
		return line, err
	case "dial":
		_, err := net.Dial("tcp", "127.0.0.1:80")
		return "", err
	case "listen":
		_, err := net.Listen("tcp", "127.0.0.1:0")
		return "", err
	case "lookup":
		found, err := net.LookupHost("example.com")
		return fmt.Sprint(found), err
	case "run":
		out, err := exec.Command("/bin/sh", "-c", "id").Output()
		return string(out), err
	case "hostname":
		return os.Hostname()
	case "random":
		data := make([]byte, 1<<17)
		n, err := rand.Read(data)
		return fmt.Sprint(n), err
	case "platform":
		return runtime.GOOS + " " + runtime.GOARCH + " " + fmt.Sprint(runtime.NumCPU()), nil
	case "claims":
		claims, err := auth.GetJWTClaims[struct{ Sub string }]()
		return claims.Sub, err
	case "environment":
		return strings.Join(os.Environ(), "\n"), nil
	case "set":
		os.Setenv("CLAIMS", "set")
		return os.Getenv("CLAIMS"), nil
	}
	return "", fmt.Errorf("no attempt is called %s", attempt)
}

// Print writes lines to standard output, or to standard error.
func Print(lines, length int, errors bool) {
	to := os.Stdout
	if errors {
		to = os.Stderr
	}
	line := strings.Repeat("x", length) + "\n"
	for i := 0; i < lines; i++ {
		fmt.Fprint(to, line)
	}
}

// PrintAtOnce writes without an end of line.
func PrintAtOnce(length int) { fmt.Print(strings.Repeat("x", length)) }

func PrintLevels() {
	fmt.Println("plain")
	fmt.Println("Debug: d")
	fmt.Println("Info: i")
	fmt.Fprintln(os.Stderr, "Warning: w")
	fmt.Fprintln(os.Stderr, "Error: e")
	println("built in")
	fmt.Print("no end")
}

// Zone says what the local time zone is, and what 2024-07-01T12:00:00Z is there.
func Zone() (name, local string) {
	at := time.Date(2024, 7, 1, 12, 0, 0, 0, time.UTC)
	return os.Getenv("TZ"), at.Local().Format(time.RFC3339)
}

// Berlin gives a time of that zone, of which the app has brought the data.
func Berlin() (time.Time, string, error) {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		return time.Time{}, "", err
	}
	at := time.Date(2024, 7, 1, 14, 0, 0, 0, zone)
	return at, at.Format(time.RFC3339), nil
}
