package vectors

// Add gives the sums of the numbers of two vectors.
func Add[T Number](a, b []T) []T {
	checkSameLength(a, b)
	result := copyOf(a)
	AddInPlace(result, b)
	return result
}

// AddInPlace is Add, into a.
func AddInPlace[T Number](a, b []T) {
	checkSameLength(a, b)
	for i := range a {
		a[i] += b[i]
	}
}

// Subtract gives the differences of the numbers of two vectors.
func Subtract[T Number](a, b []T) []T {
	checkSameLength(a, b)
	result := copyOf(a)
	SubtractInPlace(result, b)
	return result
}

// SubtractInPlace is Subtract, into a.
func SubtractInPlace[T Number](a, b []T) {
	checkSameLength(a, b)
	for i := range a {
		a[i] -= b[i]
	}
}

// AddNumber adds b to each number of a vector.
func AddNumber[T Number](a []T, b T) []T {
	result := copyOf(a)
	AddNumberInPlace(result, b)
	return result
}

// AddNumberInPlace is AddNumber, into a.
func AddNumberInPlace[T Number](a []T, b T) {
	for i := range a {
		a[i] += b
	}
}

// SubtractNumber takes b from each number of a vector.
func SubtractNumber[T Number](a []T, b T) []T {
	result := copyOf(a)
	SubtractNumberInPlace(result, b)
	return result
}

// SubtractNumberInPlace is SubtractNumber, into a.
func SubtractNumberInPlace[T Number](a []T, b T) {
	for i := range a {
		a[i] -= b
	}
}

// MultiplyNumber multiplies each number of a vector by b.
func MultiplyNumber[T Number](a []T, b T) []T {
	result := copyOf(a)
	MultiplyNumberInPlace(result, b)
	return result
}

// MultiplyNumberInPlace is MultiplyNumber, into a.
func MultiplyNumberInPlace[T Number](a []T, b T) {
	for i := range a {
		a[i] *= b
	}
}

// DivideNumber divides each number of a vector by b. It panics if b is zero. Integers lose their
// fractions.
func DivideNumber[T Number](a []T, b T) []T {
	checkNotZero(b)
	result := copyOf(a)
	DivideNumberInPlace(result, b)
	return result
}

// DivideNumberInPlace is DivideNumber, into a.
func DivideNumberInPlace[T Number](a []T, b T) {
	checkNotZero(b)
	for i := range a {
		a[i] /= b
	}
}

// Abs gives the numbers of a vector without their signs.
func Abs[T Number](a []T) []T {
	result := copyOf(a)
	AbsInPlace(result)
	return result
}

// AbsInPlace is Abs, into a.
func AbsInPlace[T Number](a []T) {
	for i, x := range a {
		// Not only below zero, so that a negative zero loses its sign too.
		if x <= 0 {
			a[i] = 0 - x
		}
	}
}
