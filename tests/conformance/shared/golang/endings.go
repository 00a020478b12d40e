package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/hypermodeinc/modus/sdk/go/pkg/console"
)

func Refuse(message string) (string, error) {
	return "", errors.New(message)
}

func RefuseMaybe(message string) (*string, error) {
	return nil, errors.New(message)
}

func AddRefusal(message string) (string, error) {
	return "", errors.New(message)
}

func Fail(message string) string {
	panic(message)
}

func FailMaybe(message string) *string {
	panic(message)
}

func Warn(messages []string) string {
	for _, message := range messages {
		console.Error(message)
	}
	return "done"
}

func WarnAndFail(message string) string {
	console.Error(message)
	panic("in vain")
}

func Levels() string {
	console.Debug("to find mistakes")
	console.Log("just so")
	console.Info("to be told")
	console.Warn("to be careful")
	return "done"
}

func Prints() string {
	fmt.Println("one")
	fmt.Println("zwei: größer\n")
	fmt.Fprintln(os.Stderr, "three")
	fmt.Print("four")
	return "done"
}

func PrintsLevels() string {
	fmt.Println("Debug: a")
	fmt.Println("Info: b")
	fmt.Println("Warning: c")
	fmt.Println("Error: d")
	return "done"
}

func Leave(status int) *string {
	os.Exit(status)
	return nil
}

func Spin() int {
	for {
	}
}

func Eat() int {
	eaten := [][]byte{}
	for {
		eaten = append(eaten, make([]byte, 1<<20))
	}
}

func Descend(depth int) int {
	return Descend(depth+1) + 1
}
