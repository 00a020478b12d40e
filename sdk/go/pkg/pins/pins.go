// Package pins keeps objects alive that only the host refers to.
//
// The garbage collector does not see the addresses that the host holds. So whatever is handed to
// the host is pinned until the host, or the import that gave the object to the app, is done with it.
// Apps have no need of this package.
package pins

import "unsafe"

// pin is one object that is kept alive. Serials grow from pin to pin and are never used twice, so
// that removing older pins does not disturb the marks.
type pin struct {
	object unsafe.Pointer
	serial int
}

var (
	pins []pin
	next int
)

// Add keeps the object at p alive, once more if it already is, and returns p.
// The nil pointer is not kept.
func Add(p unsafe.Pointer) unsafe.Pointer {
	if p != nil {
		pins = append(pins, pin{p, next})
		next++
	}
	return p
}

// Remove undoes the latest Add of p. A pointer that is not pinned is ignored.
func Remove(p unsafe.Pointer) {
	for i := len(pins) - 1; i >= 0; i-- {
		if pins[i].object == p {
			copy(pins[i:], pins[i+1:])
			truncate(len(pins) - 1)
			return
		}
	}
}

// truncate forgets the pins from n on, also those in the slice's unused room.
func truncate(n int) {
	clear(pins[n:])
	pins = pins[:n]
}
