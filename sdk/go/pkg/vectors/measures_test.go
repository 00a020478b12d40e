package vectors

import (
	"math"
	"slices"
	"testing"
	"testing/quick"
)

// near tolerates the rounding of a few operations.
func near(a, b float64) bool {
	return math.Abs(a-b) <= 1e-9*math.Max(1, math.Max(math.Abs(a), math.Abs(b)))
}

// scaled makes numbers with fractions, of a size whose squares are exact.
func scaled(vector []int16) []float64 {
	result := make([]float64, len(vector))
	for i, x := range vector {
		result[i] = float64(x) / 64
	}
	return result
}

func TestMeasuresOfFloats(t *testing.T) {
	a := []float64{3, -4, 0.5}
	for name, c := range map[string]struct{ got, want float64 }{
		"dot":       {Dot(a, []float64{2, 1, 4}), 4},
		"magnitude": {Magnitude([]float64{3, -4}), 5},
		"distance":  {EuclidianDistance([]float64{1, 1}, []float64{4, 5}), 5},
		"sum":       {Sum(a), -0.5},
		"product":   {Product(a), -6},
		"mean":      {Mean([]float64{1, 2, 4.5}), 2.5},
		"min":       {Min(a), -4},
		"max":       {Max(a), 3},
	} {
		if c.got != c.want {
			t.Errorf("%s is %v, not %v", name, c.got, c.want)
		}
	}
}

func TestMeasuresOfIntegersLoseFractions(t *testing.T) {
	if got := Magnitude([]int{1, 1}); got != 1 {
		t.Errorf("the magnitude is %d", got)
	}
	if got := Mean([]int{-1, -2}); got != -1 {
		t.Errorf("the mean is %d", got)
	}
	if got := EuclidianDistance([]int{0}, []int{3}); got != 3 {
		t.Errorf("the distance is %v", got)
	}
}

func TestSmallIntegersDoNotOverflowOnTheWay(t *testing.T) {
	if got := Mean([]int8{127, 127}); got != 127 {
		t.Errorf("the mean is %d", got)
	}
	if got := Magnitude([]int8{-60, 80}); got != 100 {
		t.Errorf("the magnitude is %d", got)
	}
	if got := EuclidianDistance([]uint8{1}, []uint8{255}); got != 254 {
		t.Errorf("the distance is %v", got)
	}
	if got := EuclidianDistance([]int8{-128}, []int8{127}); got != 255 {
		t.Errorf("the distance is %v", got)
	}
}

func TestMeasuresOfAnEmptyVector(t *testing.T) {
	none := []float32{}
	if Sum(none) != 0 || Product(none) != 1 || Dot(none, none) != 0 || Magnitude(none) != 0 {
		t.Error(Sum(none), Product(none), Dot(none, none), Magnitude(none))
	}
	if got := EuclidianDistance(none, none); got != 0 {
		t.Errorf("the distance is %v", got)
	}
}

func TestMisuseEndsWithItsReason(t *testing.T) {
	short, long, none := []int{1}, []int{1, 2}, []int{}
	const length, empty, zero = "vectors must be the same length", "vector must be non-empty", "value must be non-zero"
	cases := []struct {
		name   string
		misuse func()
		want   string
	}{
		{"add", func() { Add(short, long) }, length},
		{"add in place", func() { AddInPlace(long, short) }, length},
		{"subtract", func() { Subtract(short, long) }, length},
		{"subtract in place", func() { SubtractInPlace(long, short) }, length},
		{"dot", func() { Dot(short, long) }, length},
		{"distance", func() { EuclidianDistance(long, short) }, length},
		{"min", func() { Min(none) }, empty},
		{"max", func() { Max(none) }, empty},
		{"mean", func() { Mean(none) }, empty},
		{"divide", func() { DivideNumber(long, 0) }, zero},
		{"divide in place", func() { DivideNumberInPlace(long, 0) }, zero},
		{"normalize", func() { Normalize([]float64{0, 0}) }, zero},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			defer func() {
				if got := recover(); got != c.want {
					t.Errorf("the reason is %v, not %s", got, c.want)
				}
			}()
			c.misuse()
		})
	}
}

func TestIdentitiesOfMeasures(t *testing.T) {
	for name, holds := range map[string]func(a, b [6]int16) bool{
		"dot is symmetric": func(a, b [6]int16) bool {
			return Dot(scaled(a[:]), scaled(b[:])) == Dot(scaled(b[:]), scaled(a[:]))
		},
		"dot is linear": func(a, b [6]int16) bool {
			x, y := scaled(a[:]), scaled(b[:])
			return near(Dot(Add(x, y), y), Dot(x, y)+Dot(y, y))
		},
		"distance is the magnitude of the difference": func(a, b [6]int16) bool {
			x, y := scaled(a[:]), scaled(b[:])
			return EuclidianDistance(x, y) == Magnitude(Subtract(x, y))
		},
		"magnitude is the root of the square": func(a, _ [6]int16) bool {
			x := scaled(a[:])
			return near(Magnitude(x)*Magnitude(x), Dot(x, x))
		},
		"normalized vectors have magnitude one and the same direction": func(a, _ [6]int16) bool {
			x := scaled(a[:])
			if Magnitude(x) == 0 {
				return true
			}
			return near(Magnitude(Normalize(x)), 1) && near(Dot(Normalize(x), x), Magnitude(x))
		},
		"mean is the sum over the length": func(a, _ [6]int16) bool {
			x := scaled(a[:])
			return Mean(x) == Sum(x)/6
		},
		"min and max are the ends of the sorted vector": func(a, _ [6]int16) bool {
			sorted := slices.Sorted(slices.Values(a[:]))
			return Min(a[:]) == sorted[0] && Max(a[:]) == sorted[5]
		},
		"cosine similarity lies between -1 and 1": func(a, b [6]int16) bool {
			x, y := scaled(a[:]), scaled(b[:])
			if Magnitude(x) == 0 || Magnitude(y) == 0 {
				return true
			}
			cosine := Dot(Normalize(x), Normalize(y))
			return cosine > -1.000001 && cosine < 1.000001
		},
	} {
		if err := quick.Check(holds, nil); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
