package vectors

import "math"

// Dot gives the dot product of two vectors.
func Dot[T Number](a, b []T) T {
	checkSameLength(a, b)
	var result T
	for i := range a {
		result += a[i] * b[i]
	}
	return result
}

// Magnitude gives the length of a vector in space: the square root of its dot product with itself.
// Of integers it loses the fraction.
func Magnitude[T Number](a []T) T {
	var squares float64
	for _, x := range a {
		squares += float64(x) * float64(x)
	}
	return T(math.Sqrt(squares))
}

// Normalize gives the vector of the same direction whose magnitude is 1. It panics if the magnitude
// is zero. It is of no use for integers, whose division loses fractions.
func Normalize[T Number](a []T) []T {
	return DivideNumber(a, Magnitude(a))
}

// EuclidianDistance gives the distance of two vectors in space.
func EuclidianDistance[T Number](a, b []T) float64 {
	checkSameLength(a, b)
	var squares float64
	for i := range a {
		difference := float64(a[i]) - float64(b[i])
		squares += difference * difference
	}
	return math.Sqrt(squares)
}

// Sum adds up the numbers of a vector. Of an empty one it is 0.
func Sum[T Number](a []T) T {
	var result T
	for _, x := range a {
		result += x
	}
	return result
}

// Product multiplies the numbers of a vector. Of an empty one it is 1.
func Product[T Number](a []T) T {
	result := T(1)
	for _, x := range a {
		result *= x
	}
	return result
}

// Mean gives the average of the numbers of a vector. Of integers it loses the fraction. It panics if
// the vector is empty.
func Mean[T Number](a []T) T {
	checkNotEmpty(a)
	var sum float64
	for _, x := range a {
		sum += float64(x)
	}
	return T(sum / float64(len(a)))
}

// Min gives the smallest number of a vector. It panics if the vector is empty.
func Min[T Number](a []T) T {
	checkNotEmpty(a)
	result := a[0]
	for _, x := range a[1:] {
		result = min(result, x)
	}
	return result
}

// Max gives the largest number of a vector. It panics if the vector is empty.
func Max[T Number](a []T) T {
	checkNotEmpty(a)
	result := a[0]
	for _, x := range a[1:] {
		result = max(result, x)
	}
	return result
}
