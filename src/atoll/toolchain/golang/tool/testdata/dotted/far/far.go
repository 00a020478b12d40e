// Package far is not imported by the app, whose functions use it all the same.
package far

// Thing is far away.
type Thing struct {
	// Name of it
	Name string
}

//export far_away
func Away(things ...*Thing) (count int) { return len(things) }
