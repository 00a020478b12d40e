package vectors

import (
	"math"
	"reflect"
	"testing"
	"testing/quick"
)

func TestArithmeticOfVectors(t *testing.T) {
	a, b := []int{1, -2, 3}, []int{10, 20, 30}
	cases := map[string]struct{ got, want []int }{
		"add":      {Add(a, b), []int{11, 18, 33}},
		"subtract": {Subtract(a, b), []int{-9, -22, -27}},
		"abs":      {Abs(a), []int{1, 2, 3}},
	}
	for name, c := range cases {
		if !reflect.DeepEqual(c.got, c.want) {
			t.Errorf("%s gives %v, not %v", name, c.got, c.want)
		}
	}
	if !reflect.DeepEqual(a, []int{1, -2, 3}) || !reflect.DeepEqual(b, []int{10, 20, 30}) {
		t.Error("a vector has changed")
	}
}

func TestArithmeticWithNumbers(t *testing.T) {
	a := []float32{1, -2, 4}
	cases := map[string]struct{ got, want []float32 }{
		"add":      {AddNumber(a, 0.5), []float32{1.5, -1.5, 4.5}},
		"subtract": {SubtractNumber(a, 0.5), []float32{0.5, -2.5, 3.5}},
		"multiply": {MultiplyNumber(a, 0.5), []float32{0.5, -1, 2}},
		"divide":   {DivideNumber(a, 0.5), []float32{2, -4, 8}},
	}
	for name, c := range cases {
		if !reflect.DeepEqual(c.got, c.want) {
			t.Errorf("%s gives %v, not %v", name, c.got, c.want)
		}
	}
	if !reflect.DeepEqual(a, []float32{1, -2, 4}) {
		t.Error("the vector has changed")
	}
}

func TestIntegersLoseFractions(t *testing.T) {
	if got, want := DivideNumber([]int{7, -7}, 2), []int{3, -3}; !reflect.DeepEqual(got, want) {
		t.Errorf("the vector is %v, not %v", got, want)
	}
}

func TestFunctionsInPlaceGiveTheSame(t *testing.T) {
	type pair = func(a, b []int32) []int32
	inPlace := func(change func(a, b []int32)) pair {
		return func(a, b []int32) []int32 { c := copyOf(a); change(c, b); return c }
	}
	// A vector's first number serves as the number; it is made odd for the sake of the division.
	withNumber := func(function func(a []int32, b int32) []int32) pair {
		return func(a, b []int32) []int32 { return function(a, b[0]|1) }
	}
	withNumberInPlace := func(change func(a []int32, b int32)) pair {
		return inPlace(func(a, b []int32) { change(a, b[0]|1) })
	}
	for name, functions := range map[string][2]pair{
		"add":            {Add[int32], inPlace(AddInPlace[int32])},
		"subtract":       {Subtract[int32], inPlace(SubtractInPlace[int32])},
		"addNumber":      {withNumber(AddNumber[int32]), withNumberInPlace(AddNumberInPlace[int32])},
		"subtractNumber": {withNumber(SubtractNumber[int32]), withNumberInPlace(SubtractNumberInPlace[int32])},
		"multiplyNumber": {withNumber(MultiplyNumber[int32]), withNumberInPlace(MultiplyNumberInPlace[int32])},
		"divideNumber":   {withNumber(DivideNumber[int32]), withNumberInPlace(DivideNumberInPlace[int32])},
		"abs": {
			func(a, _ []int32) []int32 { return Abs(a) },
			inPlace(func(a, _ []int32) { AbsInPlace(a) }),
		},
	} {
		same := func(a, b [5]int32) bool {
			return reflect.DeepEqual(functions[0](a[:], b[:]), functions[1](a[:], b[:]))
		}
		if err := quick.Check(same, nil); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAddAndSubtractUndoEachOther(t *testing.T) {
	undone := func(a, b [4]uint64, n uint64) bool {
		return reflect.DeepEqual(Subtract(Add(a[:], b[:]), b[:]), a[:]) &&
			reflect.DeepEqual(SubtractNumber(AddNumber(a[:], n), n), a[:])
	}
	if err := quick.Check(undone, nil); err != nil {
		t.Error(err)
	}
}

func TestAVectorAddedToItselfIsDoubled(t *testing.T) {
	doubled := func(a []int64) bool {
		want := MultiplyNumber(a, 2)
		AddInPlace(a, a)
		return reflect.DeepEqual(append([]int64{}, a...), want)
	}
	if err := quick.Check(doubled, nil); err != nil {
		t.Error(err)
	}
}

func TestResultsAreNeverNil(t *testing.T) {
	var none []float64
	for name, got := range map[string][]float64{
		"add": Add(none, none), "subtract": Subtract(none, none), "addNumber": AddNumber(none, 1),
		"subtractNumber": SubtractNumber(none, 1), "multiplyNumber": MultiplyNumber(none, 1),
		"divideNumber": DivideNumber(none, 1), "abs": Abs(none),
	} {
		if got == nil || len(got) != 0 {
			t.Errorf("%s gives %#v", name, got)
		}
	}
}

func TestAbsTakesTheSignOfNegativeZero(t *testing.T) {
	got := Abs([]float64{math.Copysign(0, -1), math.Inf(-1)})
	if math.Signbit(got[0]) || got[0] != 0 || got[1] != math.Inf(1) {
		t.Errorf("the vector is %v", got)
	}
}

func TestNamedTypesOfNumbersAreNumbers(t *testing.T) {
	type meters float32
	if got := Add([]meters{1}, []meters{2}); !reflect.DeepEqual(got, []meters{3}) {
		t.Errorf("the vector is %v", got)
	}
}
