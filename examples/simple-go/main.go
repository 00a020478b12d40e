// Simple types: numbers, text, times, lists, optional parameters, errors, goroutines.
package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hypermodeinc/modus/sdk/go/pkg/console"
	"github.com/hypermodeinc/modus/sdk/go/pkg/localtime"
)

// Greets someone; whom, may be left out.
func SayHello(name *string) string {
	if name == nil {
		return "Hello!"
	}
	return fmt.Sprintf("Hello, %s!", *name)
}

// Adds numbers, however many.
func Sum(numbers ...int) int {
	total := 0
	for _, number := range numbers {
		total += number
	}
	return total
}

// The mean of some numbers. There is none of no numbers.
func Mean(numbers []float64) (float64, error) {
	if len(numbers) == 0 {
		return 0, errors.New("give at least one number")
	}
	total := 0.0
	for _, number := range numbers {
		total += number
	}
	return total / float64(len(numbers)), nil
}

// The longest words of a text, longest first: three of them, unless told otherwise.
func LongestWords(text string, limit *int) []string {
	words := strings.Fields(text)
	slices.SortStableFunc(words, func(a, b string) int { return len(b) - len(a) })
	most := 3
	if limit != nil {
		most = max(*limit, 0)
	}
	return words[:min(most, len(words))]
}

// One day later.
func GetNextDay(date time.Time) time.Time {
	return date.AddDate(0, 0, 1)
}

// 64 bits, without loss.
func Factorial(n uint8) (uint64, error) {
	if n > 20 {
		return 0, fmt.Errorf("the factorial of %d has more than 64 bits", n)
	}
	product := uint64(1)
	for i := uint64(2); i <= uint64(n); i++ {
		product *= i
	}
	return product, nil
}

// The time where the caller is (header X-Time-Zone), or in a zone.
func GetCurrentTime(zone *string) (string, error) {
	now, err := localtime.Now()
	if zone != nil {
		now, err = localtime.NowInZone(*zone)
	}
	if err != nil {
		return "", err
	}
	return now.Format(time.RFC3339), nil
}

// How long each word is, counted by a goroutine for each.
func CountLetters(words []string) []int {
	counts := make([]int, len(words))
	var group sync.WaitGroup
	for i, word := range words {
		group.Add(1)
		go func() {
			defer group.Done()
			counts[i] = len([]rune(word))
		}()
	}
	group.Wait()
	return counts
}

// What is logged goes to the server's log; an error is also shown to the client.
func LogLines() {
	console.Log("a line")
	console.Warn("a warning")
	console.Error("an error that does not end the function")
}
