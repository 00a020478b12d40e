// Package time has the name of another.
package time

import "time"

type Time struct{ Real time.Time }

type Color string

type Tags []string

type Table map[Color]Tags
