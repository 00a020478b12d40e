// Package pins has the interface of the SDK's, as far as generated code uses it.
package pins

import "unsafe"

var pinned []unsafe.Pointer

func Add(p unsafe.Pointer) unsafe.Pointer {
	pinned = append(pinned, p)
	return p
}

func Remove(p unsafe.Pointer) {
	for i, other := range pinned {
		if other == p {
			pinned = append(pinned[:i], pinned[i+1:]...)
			return
		}
	}
}
