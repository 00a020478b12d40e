//go:build !wasip1

package models

import (
	"github.com/hypermodeinc/modus/sdk/go/pkg/stream"
	"github.com/hypermodeinc/modus/sdk/go/pkg/testutils"
)

// LookupModelCallStack has, for each model that was looked up in a native test, its name (*string).
var LookupModelCallStack = testutils.NewCallStack()

// InvokeModelCallStack has, for each call of a model in a native test, the model's name and
// the input's JSON (both *string).
var InvokeModelCallStack = testutils.NewCallStack()

// StreamModelCallStack has, for each stream of a model in a native test, the model's name and
// the input's JSON (both *string).
var StreamModelCallStack = testutils.NewCallStack()

// MockResponseText is the member "response" of what every model answers in native tests.
const MockResponseText = "Hello, World!"

// The answers of the host, which the tests of this package replace.
var (
	mockModelInfo = func(name string) *ModelInfo {
		return &ModelInfo{Name: name, FullName: name + "-mock-model"}
	}
	mockResponse = func() *string {
		output := `{"response":"` + MockResponseText + `"}`
		return &output
	}
	mockChunks = func() ([]string, error) {
		return []string{*mockResponse()}, nil
	}
)

func hostGetModelInfo(modelName *string) *ModelInfo {
	LookupModelCallStack.Push(modelName)
	return mockModelInfo(*modelName)
}

func hostInvokeModel(modelName, input *string) *string {
	InvokeModelCallStack.Push(modelName, input)
	return mockResponse()
}

func hostStreamModel(modelName, input *string) stream.Of[string] {
	return func(yield func(string, error) bool) {
		StreamModelCallStack.Push(modelName, input)
		chunks, err := mockChunks()
		for _, chunk := range chunks {
			if !yield(chunk, nil) {
				return
			}
		}
		if err != nil {
			yield("", err)
		}
	}
}
