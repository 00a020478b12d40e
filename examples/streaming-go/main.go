package main

import (
	"errors"
	"math"
	"strings"

	"github.com/hypermodeinc/modus/sdk/go/pkg/models"
	"github.com/hypermodeinc/modus/sdk/go/pkg/models/openai"
	"github.com/hypermodeinc/modus/sdk/go/pkg/stream"
)

// Lists the prime numbers below a limit, or without end if that is 0.
func ListPrimes(below int) (stream.Of[int], error) {
	if below < 0 {
		return nil, errors.New("there are no negative primes")
	}
	return stream.From(func(yield func(int) bool) {
		for n := 2; n < below || below == 0; n++ {
			if isPrime(n) && !yield(n) {
				return
			}
		}
	}), nil
}

func isPrime(n int) bool {
	for divisor := 2; divisor*divisor <= n; divisor++ {
		if n%divisor == 0 {
			return false
		}
	}
	return true
}

// Step is a step of an account that grows.
type Step struct {
	Year  int     `json:"year"`
	Money float64 `json:"money"`
}

// Lets money grow year by year, and fails when there is more of it than can be counted.
func GrowMoney(money, rate float64) stream.Of[Step] {
	return func(yield func(Step, error) bool) {
		for year := 1; ; year++ {
			money *= 1 + rate
			if math.IsInf(money, 0) {
				yield(Step{}, errors.New("nobody can count that much money"))
				return
			}
			if !yield(Step{year, money}, nil) {
				return
			}
		}
	}
}

// Tells a story as the model writes it.
func TellStory(about string) (stream.Of[string], error) {
	model, err := models.GetModel[openai.ChatModel]("text-generator")
	if err != nil {
		return nil, err
	}
	input, err := model.CreateInput(openai.NewUserMessage("Tell a short story about " + about + "."))
	if err != nil {
		return nil, err
	}
	return model.Stream(input), nil
}

// Tells the same story sentence by sentence.
func TellSentences(about string) (stream.Of[string], error) {
	story, err := TellStory(about)
	if err != nil {
		return nil, err
	}
	return sentences(story), nil
}

// sentences makes sentences of pieces of text.
func sentences(pieces stream.Of[string]) stream.Of[string] {
	return func(yield func(string, error) bool) {
		text := ""
		for piece, err := range pieces {
			if err != nil {
				yield("", err)
				return
			}
			text += piece
			for end := strings.Index(text, ". "); end >= 0; end = strings.Index(text, ". ") {
				if !yield(text[:end+1], nil) {
					return
				}
				text = text[end+2:]
			}
		}
		if text != "" {
			yield(text, nil)
		}
	}
}
