//go:build !wasip1

package chunks

import (
	"slices"
	"strings"
	"testing"
)

// host gives the chunks, and then ends the stream or fails with a message.
func host(t *testing.T, failure string, chunks ...string) (closed *[]int32) {
	savedNext, savedClose := mockNext, mockClose
	t.Cleanup(func() { mockNext, mockClose = savedNext, savedClose })
	mockNext = func(handle int32, buffer []byte) int64 {
		if handle != 7 {
			t.Errorf("stream %d is read", handle)
		}
		if len(chunks) == 0 && failure != "" {
			return failed<<32 | int64(copy(buffer, failure))
		}
		if len(chunks) == 0 {
			return end << 32
		}
		if len(chunks[0]) > len(buffer) {
			return tooSmall<<32 | int64(len(chunks[0]))
		}
		size := copy(buffer, chunks[0])
		chunks = chunks[1:]
		return int64(size)
	}
	closed = &[]int32{}
	mockClose = func(handle int32) { *closed = append(*closed, handle) }
	return closed
}

func TestChunksOfAnySize(t *testing.T) {
	large := strings.Repeat("é", 5000)
	closed := host(t, "", "a", "", large, "b")
	var got []string
	for text, err := range Open(7) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, text)
	}
	if !slices.Equal(got, []string{"a", "", large, "b"}) || len(*closed) != 0 {
		t.Errorf("got %d chunks, closed %v", len(got), *closed)
	}
}

func TestALoopThatEndsEarlyClosesTheStream(t *testing.T) {
	closed := host(t, "", "a", "b")
	for range Open(7) {
		break
	}
	if !slices.Equal(*closed, []int32{7}) {
		t.Errorf("closed %v", *closed)
	}
}

func TestAStreamThatFailsSaysWhy(t *testing.T) {
	closed := host(t, "no luck", "a")
	var said []string
	for text, err := range Open(7) {
		if err != nil {
			text = err.Error()
		}
		said = append(said, text)
	}
	if !slices.Equal(said, []string{"a", "no luck"}) || len(*closed) != 0 {
		t.Errorf("got %v, closed %v", said, *closed)
	}
}
