package main

import (
	"errors"
	"iter"

	"github.com/hypermodeinc/modus/sdk/go/pkg/console"
	"github.com/hypermodeinc/modus/sdk/go/pkg/models"
	"github.com/hypermodeinc/modus/sdk/go/pkg/stream"
)

// Functions that give streams.

type Step struct {
	Number int            `json:"number"`
	Name   string         `json:"name"`
	Seen   map[string]int `json:"seen"`
	Before *Step          `json:"before"`
	hidden []byte
}

// Counts from one on.
func CountTo(to int) stream.Of[int] {
	return func(yield func(int, error) bool) {
		for i := range to {
			if !yield(i+1, nil) {
				console.Logf("stopped at %d", i+1)
				return
			}
		}
	}
}

func Steps(names []string) (stream.Of[*Step], error) {
	if len(names) == 0 {
		return nil, errors.New("no names")
	}
	return func(yield func(*Step, error) bool) {
		var before *Step
		for i, name := range names {
			step := &Step{i, name, map[string]int{name: i, "all": len(names)}, before, []byte(name)}
			if name == "" {
				step = nil
			}
			if !yield(step, nil) {
				return
			}
			before = step
		}
	}, nil
}

func letters(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, letter := range text {
			if !yield(string(letter)) {
				return
			}
		}
	}
}

func LettersOf(text string) stream.Of[string] {
	return stream.From(letters(text))
}

func Unsteadily(end string) stream.Of[string] {
	return func(yield func(string, error) bool) {
		if yield("one", nil) && yield("two", nil) {
			switch end {
			case "error":
				yield("", errors.New("no more pears"))
			case "panic":
				panic("the cart fell over")
			}
		}
	}
}

func NoStream() stream.Of[int] { return nil }

// One that does not listen.
func Stubbornly() stream.Of[int] {
	return func(yield func(int, error) bool) {
		for i := 0; ; i++ {
			yield(i, nil)
		}
	}
}

type Crumbs struct {
	Text  string   `json:"text"`
	More  []string `json:"more"`
	Bytes [3]byte  `json:"bytes"`
}

// Many values, each with parts of its own.
func CrumbsOf(count int) stream.Of[Crumbs] {
	return func(yield func(Crumbs, error) bool) {
		text := ""
		for i := range count {
			text = text[max(0, len(text)-40):] + string(rune('a'+i%26))
			more := []string{text, text + "!"}
			if !yield(Crumbs{text, more, [3]byte{byte(i)}}, nil) {
				return
			}
		}
	}
}

// A model's answer as it comes.

func OwnChunks(prompt string) (stream.Of[string], error) {
	model, err := models.GetModel[ownModel]("m")
	if err != nil {
		return nil, err
	}
	return model.Stream(&ownInput{Prompt: prompt}), nil
}

func FirstChunk(prompt string) (string, error) {
	chunks, err := OwnChunks(prompt)
	if err != nil {
		return "", err
	}
	for chunk, err := range chunks {
		return chunk, err
	}
	return "nothing", nil
}

func OwnEvents(prompt string) (stream.Of[models.Event], error) {
	chunks, err := OwnChunks(prompt)
	return models.ReadEvents(chunks), err
}
