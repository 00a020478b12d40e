// Package main uses every type that can cross the border, in every place.
package main

import (
	_ "embed"
	"errors"
	. "strings"
	"sync"
	"time"

	plain "example.com/dotted.v2"
	"example.com/everything/internal/secret"
	shapes "example.com/everything/shapes"
	"github.com/hypermodeinc/modus/sdk/go/pkg/agents"
)

//go:embed text.txt
var text string

// Everything is a struct with all of it.
type Everything struct {
	Base
	*Linked
	// Flag is raised
	// or not.
	Flag          bool
	I             int
	I8            int8
	I16           int16
	I32           int32
	I64           int64
	U             uint
	U8            uint8
	U16           uint16
	U32           uint32
	U64           uint64
	Address       uintptr
	B             byte
	R             rune
	F32           float32
	F64           float64
	Text          string
	Bytes         []byte
	Bytes8        []uint8
	Moment        time.Time
	Span          time.Duration
	None          [0]string
	Two           [2]*int
	Deep          [][][]string
	ByStruct      map[Key]string
	ByArray       map[[2]int]bool
	ByPointer     map[*Key]map[string][]byte
	First, Second *string
	Color         shapes.Color
	Table         shapes.Table
	Tree          Tree
	Graph         Graph
	Self          *Everything
	Selves        []Everything
	ByName        map[string]Everything
	IntBox        plain.Box[int]
	BoxBox        plain.Box[plain.Box[Key]]
	Pair          Pair[string, []Key]
	Named         Alias
	mutex         sync.Mutex
	call          func() error
	any           any
	events        chan struct{ a, b int }
	anonymous     struct{ x complex128 }
	lower         private
	_             [3]int16
}

type Base struct{ Id int }
type Linked struct{ Next *Linked }
type Key struct {
	A string
	B int
}
type Tree []Tree
type Graph map[string]Graph
type Pair[A comparable, B any] struct {
	Left  A
	Right B
}
type Alias = Pair[string, Numbers]
type Numbers = []int
type Empty struct{}
type private struct{ next *private }

// All takes and gives it.
/* In two
   kinds of comment. */
//go:noinline
func All(e Everything) Everything { return e }

func Pointers(a *bool, b **int, c *[]string, d *map[string]int, e *Empty, f *[2]string) (*bool, **int) {
	return a, b
}

func Unnamed(int, _ string, p0 bool, _ ...Numbers) (_ int, b, c string, err error) {
	return 1, "b", "c", errors.New(ToUpper(text))
}

func Variadic(parts ...string) string { return Join(parts, "") }

func Nothing() {}

func Fails() error { return nil }

func Scalars(b byte, u uint8, r rune, i int32) (uint64, float32) { return 1, 2 }

func Maps(m map[string]map[int]float32) (n map[Key][]map[[1]*Key]shapes.Color) { return nil }

func Clash(a time.Time, b shapes.Time, c secret.Note, d Empty) *agents.Info { return agents.Last() }

func Boxed(b plain.Box[map[string]Tree]) [0]plain.Box[bool] { return [0]plain.Box[bool]{} }

func Generic[T any](t T) T { return t }

func (Everything) Method(c chan int) {}

func hidden(c chan int) {}

//go:export short
func Directed(s string) (string, error) { return s, nil }

//export twoWords here
func NotDirected() string { return "" }
