package main

import "runtime"

var trash []uint32

// litter overwrites all memory that the collector thinks is free, so that it shows if the host uses
// something that nothing in the module holds.
//
//go:noinline
func litter() {
	scrub()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	for size := 16; size <= 64; size *= 2 {
		for left := int(stats.HeapSys); left > 0; left -= size {
			trash = make([]uint32, size/4)
			for i := range trash {
				trash[i] = 0xEEEEEEEE
			}
		}
	}
	trash = nil
	runtime.GC()
}

// scrub overwrites the stack where earlier calls have left addresses, for which the collector would
// keep objects.
//
//go:noinline
func scrub() {
	var stack [4096]byte
	for i := range stack {
		stack[i] = 0xEE
	}
	use(&stack)
}

//go:noinline
func use(stack *[4096]byte) { stack[0]++ }
