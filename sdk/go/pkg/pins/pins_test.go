//go:build !tinygo

package pins

import (
	"math/rand"
	"testing"
	"unsafe"
)

func pinned() []unsafe.Pointer {
	objects := make([]unsafe.Pointer, len(pins))
	for i, p := range pins {
		objects[i] = p.object
	}
	return objects
}

func expect(t *testing.T, want ...unsafe.Pointer) {
	t.Helper()
	got := pinned()
	if len(got) != len(want) {
		t.Fatalf("%d objects are pinned, not %d", len(got), len(want))
	}
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("pin %d is of another object", i)
		}
	}
}

func object() unsafe.Pointer {
	return unsafe.Pointer(new([16]byte))
}

func TestAddKeepsAndRemoveForgets(t *testing.T) {
	defer Release(Mark())
	a, b := object(), object()
	if Add(a) != a {
		t.Fatal("Add gives another pointer")
	}
	Add(b)
	expect(t, a, b)
	Remove(a)
	expect(t, b)
	Remove(b)
	expect(t)
}

func TestNilIsNotKept(t *testing.T) {
	if Add(nil) != nil {
		t.Fatal("Add gives another pointer")
	}
	expect(t)
}

func TestRemoveUndoesTheLatestAddOfAnObject(t *testing.T) {
	defer Release(Mark())
	a, b := object(), object()
	Add(a)
	Add(b)
	Add(a)
	Remove(a)
	expect(t, a, b)
}

func TestUnknownPointersAreIgnored(t *testing.T) {
	defer Release(Mark())
	a := object()
	Add(a)
	Remove(object())
	Remove(nil)
	expect(t, a)
}

func TestReleaseUndoesWhatCameAfterTheMark(t *testing.T) {
	defer Release(Mark())
	a, b, c := object(), object(), object()
	Add(a)
	outer := Mark()
	Add(b)
	inner := Mark()
	Add(c)
	Release(inner)
	expect(t, a, b)
	Release(outer)
	expect(t, a)
}

func TestMarksHoldWhenOlderPinsAreRemoved(t *testing.T) {
	defer Release(Mark())
	a, b := object(), object()
	Add(a)
	mark := Mark()
	Remove(a)
	Add(b)
	expect(t, b)
	Release(mark)
	expect(t)
}

func TestForgottenObjectsLeaveNoTrace(t *testing.T) {
	mark := Mark()
	for range 8 {
		Add(object())
	}
	Remove(pins[3].object)
	Release(mark)
	for i, p := range pins[:cap(pins)] {
		if p.object != nil {
			t.Fatalf("place %d still refers to its object", i)
		}
	}
}

// Against a model: a list of objects, each with the time of its Add.
func TestAnyOrderOfCallsKeepsTheRightObjects(t *testing.T) {
	type entry struct {
		object unsafe.Pointer
		time   int
	}
	objects := []unsafe.Pointer{object(), object(), object(), object()}
	for seed := range int64(200) {
		random := rand.New(rand.NewSource(seed))
		start := Mark()
		var model []entry
		type mark struct{ value, time int }
		var marks []mark
		for time := range 60 {
			chosen := objects[random.Intn(len(objects))]
			switch random.Intn(5) {
			case 0, 1:
				Add(chosen)
				model = append(model, entry{chosen, time})
			case 2:
				Remove(chosen)
				for i := len(model) - 1; i >= 0; i-- {
					if model[i].object == chosen {
						model = append(model[:i:i], model[i+1:]...)
						break
					}
				}
			case 3:
				marks = append(marks, mark{Mark(), time})
			case 4:
				if len(marks) == 0 {
					continue
				}
				last := marks[len(marks)-1]
				marks = marks[:len(marks)-1]
				Release(last.value)
				for len(model) > 0 && model[len(model)-1].time > last.time {
					model = model[:len(model)-1]
				}
			}
			want := make([]unsafe.Pointer, len(model))
			for i, e := range model {
				want[i] = e.object
			}
			expect(t, want...)
		}
		Release(start)
		expect(t)
	}
}
