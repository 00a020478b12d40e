package main

import (
	"os"
	"strings"
	"time"
	_ "time/tzdata"

	"github.com/hypermodeinc/modus/sdk/go/pkg/console"
	"github.com/hypermodeinc/modus/sdk/go/pkg/secrets"
)

var (
	secret string
	count  int
)

// What happens before any function is called depends on CLAIMS.
func init() {
	switch how := os.Getenv("CLAIMS"); how {
	case "panic":
		panic("not ready")
	case "exit 3":
		os.Exit(3)
	case "exit 0":
		os.Exit(0)
	case "log":
		console.Warn("starting")
		console.Error("starting badly")
	case "secret":
		secret, _ = secrets.GetSecretValue("KEY")
	case "print":
		println("starting")
	case "loop":
		Loop()
	case "deadlock":
		select {}
	case "sleep":
		time.Sleep(time.Millisecond)
	case "goroutine":
		go func() {
			for {
				count++
				time.Sleep(time.Millisecond)
			}
		}()
	}
}

// Ready gives what was found at the start.
func Ready(text string) string { return strings.ToUpper(text) + secret }

// Count counts the calls in one instance.
func Count() int {
	count++
	return count
}
