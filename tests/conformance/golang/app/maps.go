package main

import "fmt"

var (
	digits = map[string]string{"a": "1", "b": "2", "c": "3"}
	floats = map[int]float32{1: 1.1, 2: 2.2, 3: 3.3}
)

func TestMapInput_string_string(m map[string]string)     { same(m, digits) }
func TestMapOutput_string_string() map[string]string     { return digits }
func TestMapPtrInput_string_string(m *map[string]string) { same(m, &digits) }
func TestMapPtrOutput_string_string() *map[string]string { return &digits }
func TestMapInput_int_float32(m map[int]float32)         { same(m, floats) }
func TestMapOutput_int_float32() map[int]float32         { return floats }
func TestMapInput_nil(m map[string]string)               { same(m, nil) }
func TestMapOutput_nil() map[string]string               { return nil }
func TestMapInput_empty(m map[string]string)             { same(m, map[string]string{}) }
func TestMapOutput_empty() map[string]string             { return map[string]string{} }
func TestMapPtrInput_nil(m *map[string]string)           { isNil(m) }
func TestMapPtrOutput_nil() *map[string]string           { return nil }
func TestMapPtrOutput_nilInside() *map[string]string     { return new(map[string]string) }
func TestMapInput_bool_bytes(m map[bool][]byte)          { same(m, map[bool][]byte{true: {1}, false: nil}) }
func TestMapOutput_bool_bytes() map[bool][]byte          { return map[bool][]byte{true: {1}, false: nil} }
func TestMapInput_array_struct(m map[[2]int8]Struct2)    { same(m, map[[2]int8]Struct2{{-1, 2}: pair[0]}) }
func TestMapOutput_array_struct() map[[2]int8]Struct2    { return map[[2]int8]Struct2{{-1, 2}: pair[0]} }
func TestMapInput_string_stringPtr(m map[string]*string) {
	same(m, map[string]*string{"a": nil, "b": to("")})
}
func TestMapOutput_string_stringPtr() map[string]*string {
	return map[string]*string{"a": nil, "b": to("")}
}
func TestMapInput_string_empty(m map[string]Empty) { same(m, map[string]Empty{"a": {}, "b": {}}) }
func TestMapOutput_string_empty() map[string]Empty { return map[string]Empty{"a": {}, "b": {}} }
func TestMapInput_string_slice(m map[string][]int32) {
	same(m, map[string][]int32{"a": {1, 2}, "b": nil, "c": {}})
}
func TestMapOutput_string_slice() map[string][]int32 {
	return map[string][]int32{"a": {1, 2}, "b": nil, "c": {}}
}
func TestMapsInput(m map[string]map[uint8]map[bool]int64) { same(m, nested) }
func TestMapsOutput() map[string]map[uint8]map[bool]int64 { return nested }
func TestSliceOfMapsInput(list []map[string]string)       { same(list, []map[string]string{digits, nil, {}}) }
func TestSliceOfMapsOutput() []map[string]string          { return []map[string]string{digits, nil, {}} }

var nested = map[string]map[uint8]map[bool]int64{
	"a": {1: {true: 1 << 40, false: -1}, 255: {}},
	"b": {},
	"c": {7: {true: 0}, 8: nil},
	"d": nil,
}

type StructWithMap struct {
	M map[string]string
}

func TestStructContainingMapInput_string_string(s StructWithMap) { same(s.M, digits) }
func TestStructContainingMapOutput_string_string() StructWithMap { return StructWithMap{digits} }
func TestStructContainingMapInput_nil(s StructWithMap)           { same(s.M, nil) }
func TestStructContainingMapOutput_nil() StructWithMap           { return StructWithMap{} }
func TestStructsContainingMapsInput(list []*StructWithMap) {
	same(list, []*StructWithMap{{digits}, nil, {}})
}
func TestStructsContainingMapsOutput() []*StructWithMap { return []*StructWithMap{{digits}, nil, {}} }

func hundred() map[string]string {
	m := map[string]string{}
	for i := 1; i <= 100; i++ {
		m[fmt.Sprintf("key_%03d", i)] = fmt.Sprintf("val_%03d", i)
	}
	return m
}

func TestIterateMap_string_string(m map[string]string) {
	same(m, hundred())
	fmt.Println("size:", len(m))
	for i := 1; i <= 100; i++ {
		key := fmt.Sprintf("key_%03d", i)
		fmt.Printf("[%s] = %s\n", key, m[key])
	}
}

func TestMapLookup_string_string(m map[string]string, key string) string {
	same(m, hundred())
	return m[key]
}
