package main

import (
	"runtime"
	"strings"
)

type Empty struct{}

type Struct1 struct {
	A bool
}

type Struct2 struct {
	A bool
	B int
}

type Struct3 struct {
	A bool
	B int
	C string
}

type Struct4 struct {
	A bool
	B int
	C *string
}

type Struct5 struct {
	A string
	B string
	C string
	D []string
	E float64
	F float64
}

var (
	struct1    = Struct1{true}
	struct2    = Struct2{true, 123}
	struct3    = Struct3{true, 123, "abc"}
	struct4    = Struct4{true, 123, to("abc")}
	struct4Nil = Struct4{true, 123, nil}
	struct5    = Struct5{"abc", "def", "ghi", []string{"jkl", "mno", "pqr"}, 0.12345, 99.99999}
)

func TestStructInput1(s Struct1)             { same(s, struct1) }
func TestStructPtrInput1(s *Struct1)         { same(s, &struct1) }
func TestStructOutput1() Struct1             { return struct1 }
func TestStructPtrOutput1() *Struct1         { return &struct1 }
func TestStructOutput1_map() Struct1         { return struct1 }
func TestStructPtrOutput1_map() *Struct1     { return &struct1 }
func TestStructPtrInput1_nil(s *Struct1)     { isNil(s) }
func TestStructPtrOutput1_nil() *Struct1     { return nil }
func TestStructPtrOutput1_map_nil() *Struct1 { return nil }

func TestStructInput2(s Struct2)             { same(s, struct2) }
func TestStructPtrInput2(s *Struct2)         { same(s, &struct2) }
func TestStructOutput2() Struct2             { return struct2 }
func TestStructPtrOutput2() *Struct2         { return &struct2 }
func TestStructOutput2_map() Struct2         { return struct2 }
func TestStructPtrOutput2_map() *Struct2     { return &struct2 }
func TestStructPtrInput2_nil(s *Struct2)     { isNil(s) }
func TestStructPtrOutput2_nil() *Struct2     { return nil }
func TestStructPtrOutput2_map_nil() *Struct2 { return nil }

func TestStructInput3(s Struct3)             { same(s, struct3) }
func TestStructPtrInput3(s *Struct3)         { same(s, &struct3) }
func TestStructOutput3() Struct3             { return struct3 }
func TestStructPtrOutput3() *Struct3         { return &struct3 }
func TestStructOutput3_map() Struct3         { return struct3 }
func TestStructPtrOutput3_map() *Struct3     { return &struct3 }
func TestStructPtrInput3_nil(s *Struct3)     { isNil(s) }
func TestStructPtrOutput3_nil() *Struct3     { return nil }
func TestStructPtrOutput3_map_nil() *Struct3 { return nil }

func TestStructInput4(s Struct4)             { same(s, struct4) }
func TestStructPtrInput4(s *Struct4)         { same(s, &struct4) }
func TestStructOutput4() Struct4             { return struct4 }
func TestStructPtrOutput4() *Struct4         { return &struct4 }
func TestStructOutput4_map() Struct4         { return struct4 }
func TestStructPtrOutput4_map() *Struct4     { return &struct4 }
func TestStructPtrInput4_nil(s *Struct4)     { isNil(s) }
func TestStructPtrOutput4_nil() *Struct4     { return nil }
func TestStructPtrOutput4_map_nil() *Struct4 { return nil }

func TestStructInput4_withNil(s Struct4)         { same(s, struct4Nil) }
func TestStructPtrInput4_withNil(s *Struct4)     { same(s, &struct4Nil) }
func TestStructOutput4_withNil() Struct4         { return struct4Nil }
func TestStructPtrOutput4_withNil() *Struct4     { return &struct4Nil }
func TestStructOutput4_map_withNil() Struct4     { return struct4Nil }
func TestStructPtrOutput4_map_withNil() *Struct4 { return &struct4Nil }

func TestStructInput5(s Struct5)             { same(s, struct5) }
func TestStructPtrInput5(s *Struct5)         { same(s, &struct5) }
func TestStructOutput5() Struct5             { return struct5 }
func TestStructPtrOutput5() *Struct5         { return &struct5 }
func TestStructOutput5_map() Struct5         { return struct5 }
func TestStructPtrOutput5_map() *Struct5     { return &struct5 }
func TestStructPtrInput5_nil(s *Struct5)     { isNil(s) }
func TestStructPtrOutput5_nil() *Struct5     { return nil }
func TestStructPtrOutput5_map_nil() *Struct5 { return nil }

// Widths has fields that leave gaps.
type Widths struct {
	A bool
	B float64
	C int8
	D int16
	E uint8
	F float32
	G bool
	H uint64
	I uint16
	J int32
	K byte
	L *int16
	M bool
	N [3]bool
	O Empty
	P rune
	Q uintptr
	R [0]int64
}

var widths = Widths{
	true, -0.5, -128, -32768, 255, 0.1, true, 1<<64 - 1, 65535, -1 << 31, 7, to[int16](-3), true,
	[3]bool{true, false, true}, Empty{}, 'ä', 1 << 31, [0]int64{},
}

func TestWidthsInput(w Widths)        { same(w, widths) }
func TestWidthsOutput() Widths        { return widths }
func TestWidthsSliceInput(l []Widths) { same(l, []Widths{widths, widths, widths}) }
func TestWidthsSliceOutput() []Widths { return []Widths{widths, widths, widths} }
func TestEmptyInput(e Empty)          {}
func TestEmptyOutput() Empty          { return Empty{} }
func TestEmptyPtrInput(e *Empty)      { pointsAt(e, Empty{}) }
func TestEmptyPtrOutput() *Empty      { return &Empty{} }

// Base is a part of others.
type Base struct {
	Id   int64
	Name string
}

// Extended has the fields of Base in one of its own.
type Extended struct {
	Base
	Tags Tags
	Hue  Hue
	// note is no part of the API.
	note string
	Last *Hue
}

// Tags is a list with a name.
type Tags []string

// Hue is a text with a name.
type Hue string

func TestExtendedInput(e Extended) {
	same(e, Extended{Base{1 << 40, "n"}, Tags{"a", ""}, "red", "", to(Hue("blue"))})
}

func TestExtendedOutput() Extended {
	return Extended{Base{1 << 40, "n"}, Tags{"a", ""}, "red", "secret", to(Hue("blue"))}
}

func TestNamedInput(hue Hue, tags Tags, by map[Hue]Tags) {
	equal(hue, "red")
	same(tags, Tags{"a"})
	same(by, map[Hue]Tags{"blue": {"b"}, "none": nil})
}

func TestNamedOutput() (hue Hue, tags Tags, by map[Hue]Tags) {
	return "red", Tags{"a"}, map[Hue]Tags{"blue": {"b"}, "none": nil}
}

// Remembering has a pointer that the host knows nothing of.
type Remembering struct {
	N      int64
	memory *string
}

// TestRemembering has the collector run while only elements that the host made know of some texts.
func TestRemembering(list []Remembering, array *[2]Remembering) (texts []string) {
	for i := range list {
		list[i].memory = to(strings.Repeat("x", int(list[i].N)))
	}
	array[1].memory = to(strings.Repeat("y", 1000))
	for i := 0; i < 100; i++ {
		runtime.GC()
		_ = append([]byte(nil), strings.Repeat("z", 1000+i)...)
	}
	for _, each := range list {
		texts = append(texts, *each.memory)
	}
	return append(texts, *array[1].memory)
}
