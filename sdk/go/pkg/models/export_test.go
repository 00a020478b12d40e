//go:build !wasip1

package models

import "testing"

// AnswerModelInfo makes the host know the given model under every name, until the test ends.
func AnswerModelInfo(t *testing.T, info *ModelInfo) {
	saved := mockModelInfo
	t.Cleanup(func() { mockModelInfo = saved })
	mockModelInfo = func(string) *ModelInfo { return info }
}

// AnswerResponse makes every model answer with the given text, until the test ends.
func AnswerResponse(t *testing.T, response *string) {
	saved := mockResponse
	t.Cleanup(func() { mockResponse = saved })
	mockResponse = func() *string { return response }
}

// AnswerChunks makes every stream of a model give these chunks and then the error, if it is one, until
// the test ends.
func AnswerChunks(t *testing.T, err error, chunks ...string) {
	saved := mockChunks
	t.Cleanup(func() { mockChunks = saved })
	mockChunks = func() ([]string, error) { return chunks, err }
}
