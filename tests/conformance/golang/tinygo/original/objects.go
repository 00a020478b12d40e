package main

import "unsafe"

// Objects that the host has made, and how often each is pinned.
var __pins = make(map[unsafe.Pointer]int)

//go:export __unpin
func __unpin(p unsafe.Pointer) {
	if n := __pins[p]; n == 1 {
		delete(__pins, p)
	} else {
		__pins[p] = n - 1
	}
}

func pinned(p unsafe.Pointer) unsafe.Pointer {
	__pins[p]++
	litter()
	return p
}

//go:export __new
func __new(id int) unsafe.Pointer {
	litter()
	return newObject(id)
}

//go:noinline
func newObject(id int) unsafe.Pointer {
	switch id {
	case 3: // *Header
		return pinned(unsafe.Pointer(new(Header)))
	case 4: // *Headers
		return pinned(unsafe.Pointer(new(Headers)))
	case 5: // *Plant
		return pinned(unsafe.Pointer(new(Plant)))
	case 6: // *Request
		return pinned(unsafe.Pointer(new(Request)))
	case 7: // *Response
		return pinned(unsafe.Pointer(new(Response)))
	case 8: // *string
		return pinned(unsafe.Pointer(new(string)))
	case 9:
		return pinned(unsafe.Pointer(new([]*Header)))
	case 10:
		return pinned(unsafe.Pointer(new([]*Plant)))
	case 11:
		return pinned(unsafe.Pointer(new([][]string)))
	case 12:
		return pinned(unsafe.Pointer(new([]int)))
	case 13:
		return pinned(unsafe.Pointer(new([]int64)))
	case 14:
		return pinned(unsafe.Pointer(new([]map[string]string)))
	case 15:
		return pinned(unsafe.Pointer(new([]string)))
	case 16:
		return pinned(unsafe.Pointer(new(Header)))
	case 17:
		return pinned(unsafe.Pointer(new(Headers)))
	case 18:
		return pinned(unsafe.Pointer(new(Plant)))
	case 19:
		return pinned(unsafe.Pointer(new(Request)))
	case 20:
		return pinned(unsafe.Pointer(new(Response)))
	case 21:
		return pinned(unsafe.Pointer(new(map[string]*Header)))
	case 22:
		return pinned(unsafe.Pointer(new(map[string][]string)))
	case 23:
		return pinned(unsafe.Pointer(new(map[string]int)))
	case 24:
		return pinned(unsafe.Pointer(new(map[string]map[string]string)))
	case 25:
		return pinned(unsafe.Pointer(new(map[string]string)))
	}
	return nil
}

//go:export __make
func __make(id, size int) unsafe.Pointer {
	litter()
	return makeObject(id, size)
}

//go:noinline
func makeObject(id, size int) unsafe.Pointer {
	switch id {
	case 1:
		o := make([]byte, size)
		return pinned(unsafe.Pointer(&o))
	case 2:
		o := string(make([]byte, size))
		return pinned(unsafe.Pointer(&o))
	case 9:
		o := make([]*Header, size)
		return pinned(unsafe.Pointer(&o))
	case 10:
		o := make([]*Plant, size)
		return pinned(unsafe.Pointer(&o))
	case 11:
		o := make([][]string, size)
		return pinned(unsafe.Pointer(&o))
	case 12:
		o := make([]int, size)
		return pinned(unsafe.Pointer(&o))
	case 13:
		o := make([]int64, size)
		return pinned(unsafe.Pointer(&o))
	case 14:
		o := make([]map[string]string, size)
		return pinned(unsafe.Pointer(&o))
	case 15:
		o := make([]string, size)
		return pinned(unsafe.Pointer(&o))
	case 21:
		o := make(map[string]*Header, size)
		return pinned(unsafe.Pointer(&o))
	case 22:
		o := make(map[string][]string, size)
		return pinned(unsafe.Pointer(&o))
	case 23:
		o := make(map[string]int, size)
		return pinned(unsafe.Pointer(&o))
	case 24:
		o := make(map[string]map[string]string, size)
		return pinned(unsafe.Pointer(&o))
	case 25:
		o := make(map[string]string, size)
		return pinned(unsafe.Pointer(&o))
	}
	return nil
}

//go:export __read_map
func __read_map(id int, m unsafe.Pointer) uint64 {
	litter()
	return readMap(id, m)
}

//go:noinline
func readMap(id int, m unsafe.Pointer) uint64 {
	switch id {
	case 21:
		return read(*(*map[string]*Header)(m))
	case 22:
		return read(*(*map[string][]string)(m))
	case 23:
		return read(*(*map[string]int)(m))
	case 24:
		return read(*(*map[string]map[string]string)(m))
	case 25:
		return read(*(*map[string]string)(m))
	}
	return 0
}

// read gives slices that nothing in the module holds.
func read[K comparable, V any](m map[K]V) uint64 {
	keys := make([]K, len(m))
	values := make([]V, len(m))
	i := 0
	for key, value := range m {
		litter()
		keys[i], values[i] = key, value
		i++
	}
	return uint64(uintptr(unsafe.Pointer(&keys)))<<32 | uint64(uintptr(unsafe.Pointer(&values)))
}

//go:export __write_map
func __write_map(id int, m, keys, values unsafe.Pointer) {
	litter()
	writeMap(id, m, keys, values)
}

//go:noinline
func writeMap(id int, m, keys, values unsafe.Pointer) {
	switch id {
	case 21:
		write[string, *Header](m, keys, values)
	case 22:
		write[string, []string](m, keys, values)
	case 23:
		write[string, int](m, keys, values)
	case 24:
		write[string, map[string]string](m, keys, values)
	case 25:
		write[string, string](m, keys, values)
	}
}

func write[K comparable, V any](m, keys, values unsafe.Pointer) {
	into, all := *(*map[K]V)(m), *(*[]V)(values)
	for i, key := range *(*[]K)(keys) {
		into[key] = all[i]
		litter()
	}
}
