//go:build !wasip1

package stream

import (
	"errors"
	"iter"
	"slices"
	"testing"
	"unsafe"
)

// client collects what is sent, and hears so many values.
func client(t *testing.T, patience int) *[]int {
	saved := mockPut
	t.Cleanup(func() { mockPut = saved })
	var heard []int
	mockPut = func(slot unsafe.Pointer) int32 {
		if len(heard) == patience {
			return 1
		}
		heard = append(heard, *(*int)(slot))
		return 0
	}
	return &heard
}

func count(to int, last error, reached *int) Of[int] {
	return func(yield func(int, error) bool) {
		for *reached = 1; *reached <= to; *reached++ {
			if !yield(*reached, nil) {
				return
			}
		}
		if last != nil {
			yield(0, last)
		}
	}
}

func TestSendPassesOnEachValue(t *testing.T) {
	heard, reached := client(t, 10), 0
	if err := Send(count(3, nil, &reached)); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(*heard, []int{1, 2, 3}) {
		t.Errorf("heard %v", *heard)
	}
}

func TestTheStreamEndsWhenNobodyListens(t *testing.T) {
	heard, reached := client(t, 2), 0
	if err := Send(count(1000, errors.New("late"), &reached)); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(*heard, []int{1, 2}) || reached != 3 {
		t.Errorf("heard %v, went to %d", *heard, reached)
	}
}

func TestAnErrorComesBehindTheValuesBeforeIt(t *testing.T) {
	heard, reached, wrong := client(t, 10), 0, errors.New("no more pears")
	if err := Send(count(2, wrong, &reached)); err != wrong {
		t.Errorf("got %v", err)
	}
	if !slices.Equal(*heard, []int{1, 2}) {
		t.Errorf("heard %v", *heard)
	}
}

func TestNothingBehindAnErrorIsSent(t *testing.T) {
	heard := client(t, 10)
	wrong := errors.New("wrong")
	asked := 0
	err := Send(Of[int](func(yield func(int, error) bool) {
		for asked = 1; asked < 5 && yield(asked, wrong); asked++ {
		}
	}))
	if err != wrong || len(*heard) != 0 || asked != 1 {
		t.Errorf("got %v, heard %v, went to %d", err, *heard, asked)
	}
}

func TestNoStreamIsAnEmptyOne(t *testing.T) {
	heard := client(t, 10)
	if err := Send[int](nil); err != nil || len(*heard) != 0 {
		t.Errorf("got %v, heard %v", err, *heard)
	}
}

func TestStreamsOfValuesWithoutErrors(t *testing.T) {
	heard := client(t, 2)
	var values iter.Seq[int] = slices.Values([]int{7, 8, 9})
	if err := Send(From(values)); err != nil || !slices.Equal(*heard, []int{7, 8}) {
		t.Errorf("got %v, heard %v", err, *heard)
	}
	ended := false
	written := From(func(yield func(int) bool) {
		ended = yield(1) && !yield(2)
	})
	for value, err := range written {
		if err != nil || value == 2 {
			break
		}
	}
	if !ended {
		t.Error("the stream does not learn that the loop is over")
	}
}
