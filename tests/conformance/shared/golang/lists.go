package main

import (
	"slices"
	"strings"
	"time"
)

func Join(words []string, separator string) string {
	return strings.Join(words, separator)
}

func Backwards(words []string) []string {
	backwards := slices.Clone(words)
	slices.Reverse(backwards)
	return backwards
}

func EchoMaybes(words []*string) []*string {
	return words
}

func MaybeWords(words []string) []string {
	return words
}

func NoWords() []string {
	return nil
}

func EchoRows(rows [][]int) [][]int {
	return rows
}

func EchoFlags(flags []bool) []bool {
	return flags
}

func Total(numbers ...int) int {
	total := 0
	for _, number := range numbers {
		total += number
	}
	return total
}

func EchoFloats(numbers []float64) []float64 {
	return numbers
}

func EchoLongs(numbers []int64) []int64 {
	return numbers
}

func EchoTimes(times []time.Time) []time.Time {
	return times
}

func EchoCounts(counts map[string]int) map[string]int {
	return counts
}

func CountWords(text string) map[string]int {
	counts := map[string]int{}
	for _, word := range strings.Fields(text) {
		counts[word]++
	}
	return counts
}

func EchoNames(names map[int]string) map[int]string {
	return names
}

func EchoLists(lists map[string][]int) map[string][]int {
	return lists
}

func EchoGroups(groups map[string]map[string]string) map[string]map[string]string {
	return groups
}
