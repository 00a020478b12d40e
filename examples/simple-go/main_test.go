package main

import (
	"slices"
	"testing"
	"time"

	"github.com/hypermodeinc/modus/sdk/go/pkg/console"
)

func TestMean(t *testing.T) {
	if mean, err := Mean([]float64{1, 2.5}); mean != 1.75 || err != nil {
		t.Errorf("the mean is %v, %v", mean, err)
	}
	if _, err := Mean(nil); err == nil {
		t.Error("there is no mean of no numbers")
	}
}

func TestLongestWords(t *testing.T) {
	limit := 2
	if words := LongestWords("a ccc bb", &limit); !slices.Equal(words, []string{"ccc", "bb"}) {
		t.Errorf("the words are %v", words)
	}
	if words := LongestWords("a", nil); !slices.Equal(words, []string{"a"}) {
		t.Errorf("the words are %v", words)
	}
}

func TestGetNextDay(t *testing.T) {
	last := time.Date(2026, 12, 31, 10, 0, 0, 0, time.UTC)
	if next := GetNextDay(last); !next.Equal(time.Date(2027, 1, 1, 10, 0, 0, 0, time.UTC)) {
		t.Errorf("the day after is %v", next)
	}
}

func TestLogLines(t *testing.T) {
	LogLines()
	line := console.LogCallStack.Pop()
	if line[0] != "error" || line[1] != "an error that does not end the function" {
		t.Errorf("the last line is %v", line)
	}
}
