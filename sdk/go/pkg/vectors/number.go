// Package vectors is the arithmetic of vectors, of any type of number.
//
// Results are new vectors, except of the functions named InPlace, which change their first one.
// Functions of two vectors panic if the vectors differ in length.
package vectors

// Number is any type of integers or of floating-point numbers.
type Number interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 |
		~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr |
		~float32 | ~float64
}

func copyOf[T Number](a []T) []T {
	result := make([]T, len(a))
	copy(result, a)
	return result
}

func checkSameLength[T Number](a, b []T) {
	if len(a) != len(b) {
		panic("vectors must be the same length")
	}
}

func checkNotEmpty[T Number](a []T) {
	if len(a) == 0 {
		panic("vector must be non-empty")
	}
}

func checkNotZero[T Number](b T) {
	if b == 0 {
		panic("value must be non-zero")
	}
}
