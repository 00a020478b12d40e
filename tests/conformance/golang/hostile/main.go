// Package main has functions that end badly, or do what guests should not.
package main

import (
	"os"
	"runtime/debug"
	"strings"
)

func Fine() []string { return []string{"all", "is", "well"} }

// What ends a call.

func Exit(status int) string {
	print("before the end")
	os.Exit(status)
	return ""
}

func ExitAfterFailure(status int) error {
	defer os.Exit(status)
	panic("not seen")
}

func Loop() {
	for {
	}
}

var kept [][]byte

func Allocate(megabytes int) int {
	for i := 0; i < megabytes; i++ {
		block := make([]byte, 1<<20)
		block[i] = 1
		kept = append(kept, block)
	}
	return len(kept)
}

func AllocateAtOnce(bytes int64) int { return len(make([]byte, bytes)) }

// Churn uses much memory, but little at a time.
func Churn(megabytes int) int {
	sum := 0
	for i := 0; i < megabytes; i++ {
		block := make([]byte, 1<<20)
		block[i] = 1
		sum += len(block) >> 20
	}
	return sum
}

func StackOverflow(n int) int { return StackOverflow(n+1) + 1 }

func Deep(n int) int {
	if n == 0 {
		return 0
	}
	return Deep(n-1) + 1
}

// What is large.

func Long(bytes int) string                { return strings.Repeat("x", bytes) }
func Many(count int) []string              { return make([]string, count) }
func ManyNumbers(count int) []float64      { return make([]float64, count) }
func Same(count, bytes int) []string       { return repeated(count, strings.Repeat("x", bytes)) }
func Length(text string) int               { return len(text) }
func Lengths(texts []string) int           { return len(texts) }
func Sum(numbers []int64) (sum int64)      { return add(numbers) }
func Back(m map[string]int) map[string]int { return m }

func repeated(count int, text string) []string {
	all := make([]string, count)
	for i := range all {
		all[i] = text
	}
	return all
}

func add(numbers []int64) (sum int64) {
	for _, n := range numbers {
		sum += n
	}
	return sum
}

// Pressed gives a large map while there is hardly any memory between two collections.
func Pressed(count int) map[string][]string {
	debug.SetGCPercent(1)
	m := map[string][]string{}
	for i := 0; i < count; i++ {
		key := strings.Repeat("k", i%10) + string(rune('a'+i%26)) + strings.Repeat("z", i/26)
		m[key] = []string{key, strings.Repeat("v", i)}
	}
	return m
}
