// Package main is an app in the form in which the original's build tool gave it to TinyGo: its own
// functions, their wrappers (wrappers.go), and what the host calls to make objects (objects.go).
package main

import (
	"errors"
	"os"
	"runtime"
	"strings"
	"time"
)

// Plant is what grows in the garden.
type Plant struct {
	Name    string
	Height  float32
	Planted time.Time
	Tags    map[string][]string
	Parent  *Plant
}

// SayHello greets somebody.
func SayHello(name *string) string {
	if name == nil {
		return "Hello, World!"
	}
	return "Hello, " + *name + "!"
}

func CountWords(text string) map[string]int {
	counts := map[string]int{}
	for _, word := range strings.Fields(text) {
		counts[word]++
	}
	return counts
}

// Regroup gives for each label the names that have it, with a number of its own.
func Regroup(labels map[string][]string, width int) map[string]map[string]string {
	groups := map[string]map[string]string{}
	for name, all := range labels {
		for _, label := range all {
			if groups[label] == nil {
				groups[label] = map[string]string{}
			}
			groups[label][name] = strings.Repeat(label, width)
			runtime.GC()
		}
	}
	return groups
}

func ListPlants() []*Plant {
	oak := &Plant{"Oak", 21.5, time.Date(1950, 3, 4, 5, 6, 7, 8, time.UTC), nil, nil}
	return []*Plant{
		oak,
		{"Acorn", 0.1, time.Unix(0, 0), map[string][]string{"kind": {"tree", "seed"}, "for": {}}, oak},
	}
}

// Prune gives the plant, shorter, and by how much, and whether something is left.
func Prune(plant Plant, by float32) (Plant, float64, bool) {
	before := plant.Height
	if plant.Height -= by; plant.Height < 0 {
		plant.Height = 0
	}
	return plant, float64(before - plant.Height), plant.Height > 0
}

func AddNumbers(numbers ...int64) (sum int64) {
	for _, number := range numbers {
		sum += number
	}
	return sum
}

func Refuse(reason string) (string, error) {
	return "not seen", errors.New(reason)
}

func Rot(reason string) string {
	panic(reason)
}

// Speak says something in all ways, in this order.
func Speak() string {
	println("one", 2)
	level, message := "warning", "two"
	hostLogMessage(&level, &message)
	println("Error: three")
	os.Stderr.WriteString("four\n")
	print("five")
	return "done"
}

func Leave(status int) *string {
	os.Exit(status)
	return nil
}

// Eat needs more and more memory.
func Eat() (eaten int) {
	for all := [][]byte{}; ; eaten++ {
		all = append(all, make([]byte, 1<<20))
	}
}

// Sink needs more and more of the stack.
func Sink(depth int) int {
	var held [64]int
	for i := range held {
		held[i] = depth + i
	}
	sum := Sink(depth + 1)
	for _, each := range held {
		sum += each
	}
	return sum
}

func Surroundings() []string {
	return []string{os.Getenv("TZ"), os.Getenv("CLAIMS"), os.Getenv("KEY")}
}

// Fetch gives what an address has, with its headers.
func Fetch(url string) (int, string, map[string]string, error) {
	request := &Request{url, "GET", &Headers{map[string]*Header{
		"accept":   {"Accept", []string{"text/plain", "*/*"}},
		"x-garden": {"X-Garden", []string{strings.Repeat("green ", 1000)}},
	}}, nil}
	response := hostFetch(request)
	if response == nil {
		return 0, "", nil, errors.New("nothing came back")
	}
	runtime.GC()
	found := map[string]string{}
	for name, header := range response.Headers.Data {
		found[name] = header.Name + ": " + strings.Join(header.Values, ", ")
	}
	return int(response.Status), string(response.Body), found, nil
}
