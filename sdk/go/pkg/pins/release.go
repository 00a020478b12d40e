//go:build !tinygo

package pins

// Mark gives the present moment, for Release.
func Mark() int {
	return next
}

// Release undoes every Add since the mark was taken that has not been undone yet.
func Release(mark int) {
	n := len(pins)
	for n > 0 && pins[n-1].serial >= mark {
		n--
	}
	truncate(n)
}
