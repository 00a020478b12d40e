package main

import (
	"math"
	"strings"
	"time"
)

func Echo(text string) string {
	return text
}

func Repeat(text string, times int) string {
	return strings.Repeat(text, times)
}

func Negate(value bool) bool {
	return !value
}

func EchoInt(number int) int {
	return number
}

func EchoFloat(number float64) float64 {
	return number
}

func EchoInt64(number int64) int64 {
	return number
}

func EchoUint(number uint32) uint32 {
	return number
}

func EchoUint64(number uint64) uint64 {
	return number
}

func NotANumber() float64 {
	return math.NaN()
}

func Infinite(negative bool) float64 {
	if negative {
		return math.Inf(-1)
	}
	return math.Inf(1)
}

func GetTable() [][]float64 {
	return [][]float64{{1, 2}, {3, math.NaN()}}
}

func EchoBytes(data []byte) []byte {
	return data
}

func Size(data []byte) int {
	return len(data)
}

func EchoTime(at time.Time) time.Time {
	return at
}

func Later(at time.Time, span time.Duration) time.Time {
	return at.Add(span)
}

func EchoSpan(span time.Duration) time.Duration {
	return span
}

func Greeting(name *string) string {
	if name == nil {
		return "Hello!"
	}
	return "Hello, " + *name + "!"
}

func Maybe(text *string) *string {
	return text
}

func MaybeInt(number *int) *int {
	return number
}

func Welcome(name *string, times *int, loud *bool) string {
	whom, count := "you", 2
	if name != nil {
		whom = *name
	}
	if times != nil {
		count = *times
	}
	words := make([]string, count)
	for i := range words {
		words[i] = "Welcome, " + whom + "."
	}
	text := strings.Join(words, " ")
	if loud != nil && *loud {
		return strings.ToUpper(text)
	}
	return text
}

func DoNothing() {}
