//go:build !wasip1

package models

import "github.com/hypermodeinc/modus/sdk/go/pkg/testutils"

// LookupModelCallStack has, for each model that was looked up in a native test, its name (*string).
var LookupModelCallStack = testutils.NewCallStack()

// InvokeModelCallStack has, for each call of a model in a native test, the model's name and
// the input's JSON (both *string).
var InvokeModelCallStack = testutils.NewCallStack()

// MockResponseText is the member "response" of what every model answers in native tests.
const MockResponseText = "Hello, World!"

// The two answers of the host, which the tests of this package replace.
var (
	mockModelInfo = func(name string) *ModelInfo {
		return &ModelInfo{Name: name, FullName: name + "-mock-model"}
	}
	mockResponse = func() *string {
		output := `{"response":"` + MockResponseText + `"}`
		return &output
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
