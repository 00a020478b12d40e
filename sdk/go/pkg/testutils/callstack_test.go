package testutils

import (
	"reflect"
	"testing"
)

func TestPopTakesTheLatestCallAway(t *testing.T) {
	calls := NewCallStack()
	calls.Push("first", 1)
	calls.Push("second", 2)
	for i, want := range [][]any{{"second", 2}, {"first", 1}, nil} {
		if got := calls.Pop(); !reflect.DeepEqual(got, want) {
			t.Errorf("call %d is %v, not %v", i, got, want)
		}
	}
}

func TestSizeCountsCalls(t *testing.T) {
	calls := NewCallStack()
	sizes := []int{calls.Size()}
	calls.Push(1, 2, 3)
	calls.Push()
	sizes = append(sizes, calls.Size())
	calls.Pop()
	sizes = append(sizes, calls.Size())
	calls.Pop()
	calls.Pop()
	sizes = append(sizes, calls.Size())
	if want := []int{0, 2, 1, 0}; !reflect.DeepEqual(sizes, want) {
		t.Errorf("the sizes are %v, not %v", sizes, want)
	}
}

func TestACallWithoutArgumentsIsNotNil(t *testing.T) {
	var calls CallStack
	calls.Push()
	if got := calls.Pop(); got == nil || len(got) != 0 {
		t.Errorf("the arguments are %#v", got)
	}
}

func TestACallWithTheArgumentNilHasOne(t *testing.T) {
	calls := NewCallStack()
	calls.Push(nil)
	if got := calls.Pop(); len(got) != 1 || got[0] != nil {
		t.Errorf("the arguments are %#v", got)
	}
}
