package main

import (
	"errors"
	"slices"
	"testing"

	"github.com/hypermodeinc/modus/sdk/go/pkg/stream"
)

func TestPrimes(t *testing.T) {
	primes, err := ListPrimes(0)
	if err != nil {
		t.Fatal(err)
	}
	var got []int
	for n := range primes {
		if got = append(got, n); len(got) == 5 {
			break
		}
	}
	if !slices.Equal(got, []int{2, 3, 5, 7, 11}) {
		t.Errorf("got %v", got)
	}
	if _, err := ListPrimes(-1); err == nil {
		t.Error("there are negative primes")
	}
}

func TestSentences(t *testing.T) {
	wrong := errors.New("the model fell asleep")
	pieces := stream.Of[string](func(yield func(string, error) bool) {
		_ = yield("It was win", nil) && yield("ter. It sno", nil) && yield("wed. So", nil) && yield("", wrong)
	})
	var got []string
	for sentence, err := range sentences(pieces) {
		if err != nil {
			sentence = err.Error()
		}
		got = append(got, sentence)
	}
	if !slices.Equal(got, []string{"It was winter.", "It snowed.", wrong.Error()}) {
		t.Errorf("got %q", got)
	}
}
