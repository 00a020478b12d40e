package main

import "time"

var letters = [][]string{{"abc", "def", "ghi"}, {"jkl", "mno", "pqr"}, {"stu", "vwx", "yz"}}

func TestSliceInput_byte(list []byte)          { same(list, []byte{1, 2, 3, 4}) }
func TestSliceOutput_byte() []byte             { return []byte{1, 2, 3, 4} }
func TestSliceInput_byte_nil(list []byte)      { same(list, nil) }
func TestSliceOutput_byte_nil() []byte         { return nil }
func TestSliceInput_byte_empty(list []byte)    { same(list, []byte{}) }
func TestSliceOutput_byte_empty() []byte       { return []byte{} }
func TestSliceInput_uint8(list []uint8)        { same(list, []uint8{1, 2, 3, 4}) }
func TestSliceOutput_uint8() []uint8           { return []uint8{1, 2, 3, 4} }
func TestSliceInput_string(list []string)      { same(list, letters[0]) }
func TestSliceOutput_string() []string         { return letters[0] }
func TestSliceInput_string_nil(list []string)  { same(list, nil) }
func TestSliceOutput_string_nil() []string     { return nil }
func TestSliceInput_string_empty(l []string)   { same(l, []string{}) }
func TestSliceOutput_string_empty() []string   { return []string{} }
func TestSliceInput_int32_empty(list []int32)  { same(list, []int32{}) }
func TestSliceOutput_int32_empty() []int32     { return []int32{} }
func TestSliceInput_stringPtr(list []*string)  { same(list, pointers("abc", "def", "ghi")) }
func TestSliceOutput_stringPtr() []*string     { return pointers("abc", "def", "ghi") }
func TestSliceInput_intPtr(list []*int)        { same(list, pointers(11, 22, 33)) }
func TestSliceOutput_intPtr() []*int           { return pointers(11, 22, 33) }
func TestSliceInput_intPtr_inner(list []*int)  { same(list, []*int{nil, to(1), nil}) }
func TestSliceOutput_intPtr_inner() []*int     { return []*int{nil, to(1), nil} }
func Test2DSliceInput_string(list [][]string)  { same(list, letters) }
func Test2DSliceOutput_string() [][]string     { return letters }
func Test2DSliceInput_string_nil(l [][]string) { same(l, nil) }
func Test2DSliceOutput_string_nil() [][]string { return nil }

func Test2DSliceInput_string_empty(list [][]string)    { same(list, [][]string{}) }
func Test2DSliceOutput_string_empty() [][]string       { return [][]string{} }
func Test2DSliceInput_string_innerNil(list [][]string) { same(list, [][]string{nil}) }
func Test2DSliceOutput_string_innerNil() [][]string    { return [][]string{nil} }

func TestSlicePtrInput_string(list *[]string)    { same(list, &letters[0]) }
func TestSlicePtrOutput_string() *[]string       { return &letters[0] }
func TestSlicePtrInput_nil(list *[]string)       { isNil(list) }
func TestSlicePtrOutput_nil() *[]string          { return nil }
func TestSlicePtrOutput_nilInside() *[]string    { return new([]string) }
func TestSliceInput_slicePtr(list []*[]byte)     { same(list, []*[]byte{nil, {1}, {}}) }
func TestSliceOutput_slicePtr() []*[]byte        { return []*[]byte{nil, {1}, {}} }
func TestSliceInput_ptrPtr(list []**string)      { same(list, []**string{to(to("a")), nil}) }
func TestSliceOutput_ptrPtr() []**string         { return []**string{to(to("a")), nil} }
func TestSliceInput_bool(list []bool)            { same(list, []bool{true, false, true}) }
func TestSliceOutput_bool() []bool               { return []bool{true, false, true} }
func TestSliceOutput_int() []int                 { return []int{-1, 0, 1<<31 - 1} }
func TestSliceInput_int16(list []int16)          { same(list, []int16{-32768, 32767}) }
func TestSliceOutput_int16() []int16             { return []int16{-32768, 32767} }
func TestSliceInput_uint64(list []uint64)        { same(list, []uint64{0, 1<<64 - 1}) }
func TestSliceOutput_uint64() []uint64           { return []uint64{0, 1<<64 - 1} }
func TestSliceInput_float32(list []float32)      { same(list, []float32{0.1, -2.5, 3}) }
func TestSliceOutput_float32() []float32         { return []float32{0.1, -2.5, 3} }
func TestSliceInput_float64(list []float64)      { same(list, []float64{0.1, 1e300}) }
func TestSliceOutput_float64() []float64         { return []float64{0.1, 1e300} }
func TestSliceOutput_part() []string             { return letters[0][1:2] }
func TestSliceInput_empties(list []Empty)        { same(list, make([]Empty, 3)) }
func TestSliceOutput_empties() []Empty           { return make([]Empty, 3) }
func TestSliceInput_durations(l []time.Duration) { same(l, []time.Duration{1, -1}) }
func TestSliceOutput_durations() []time.Duration { return []time.Duration{1, -1} }

func TestVariadic(first string, rest ...int32) []int32 {
	return append([]int32{int32(len(first))}, rest...)
}

func pointers[T any](values ...T) []*T {
	var all []*T
	for i := range values {
		all = append(all, &values[i])
	}
	return all
}
