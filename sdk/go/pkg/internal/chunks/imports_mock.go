//go:build !wasip1

package chunks

import "unsafe"

var (
	mocked = map[int32][]string{}
	last   int32
)

// Mock gives the handle of a stream of these chunks, for native tests.
func Mock(chunks ...string) int32 {
	last++
	mocked[last] = chunks
	return last
}

// The host, which the tests of this package replace.
var (
	mockNext = func(handle int32, buffer []byte) int64 {
		chunks := mocked[handle]
		if len(chunks) == 0 {
			return end << 32
		}
		if len(chunks[0]) > len(buffer) {
			return tooSmall<<32 | int64(len(chunks[0]))
		}
		mocked[handle] = chunks[1:]
		return int64(copy(buffer, chunks[0]))
	}
	mockClose = func(handle int32) { delete(mocked, handle) }
)

func hostNext(handle int32, buffer unsafe.Pointer, room int32) int64 {
	return mockNext(handle, unsafe.Slice((*byte)(buffer), room))
}

func hostClose(handle int32) {
	mockClose(handle)
}
