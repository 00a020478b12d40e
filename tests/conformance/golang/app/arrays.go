package main

func TestArrayInput0_byte(list [0]byte)         { same(list, [0]byte{}) }
func TestArrayOutput0_byte() [0]byte            { return [0]byte{} }
func TestArrayInput0_string(list [0]string)     { same(list, [0]string{}) }
func TestArrayOutput0_string() [0]string        { return [0]string{} }
func TestArrayInput0_stringPtr(list [0]*string) { same(list, [0]*string{}) }
func TestArrayOutput0_stringPtr() [0]*string    { return [0]*string{} }
func TestArrayInput0_intPtr(list [0]*int)       { same(list, [0]*int{}) }
func TestArrayOutput0_intPtr() [0]*int          { return [0]*int{} }

func TestArrayInput1_byte(list [1]byte)         { same(list, [1]byte{1}) }
func TestArrayOutput1_byte() [1]byte            { return [1]byte{1} }
func TestArrayInput1_string(list [1]string)     { same(list, [1]string{"abc"}) }
func TestArrayOutput1_string() [1]string        { return [1]string{"abc"} }
func TestArrayInput1_stringPtr(list [1]*string) { same(list, [1]*string{to("abc")}) }
func TestArrayOutput1_stringPtr() [1]*string    { return [1]*string{to("abc")} }
func TestArrayInput1_intPtr(list [1]*int)       { same(list, [1]*int{to(11)}) }
func TestArrayOutput1_intPtr() [1]*int          { return [1]*int{to(11)} }

func TestArrayInput2_byte(list [2]byte)         { same(list, [2]byte{1, 2}) }
func TestArrayOutput2_byte() [2]byte            { return [2]byte{1, 2} }
func TestArrayInput2_string(list [2]string)     { same(list, [2]string{"abc", "def"}) }
func TestArrayOutput2_string() [2]string        { return [2]string{"abc", "def"} }
func TestArrayInput2_stringPtr(list [2]*string) { same(list, [2]*string{to("abc"), to("def")}) }
func TestArrayOutput2_stringPtr() [2]*string    { return [2]*string{to("abc"), to("def")} }
func TestArrayInput2_intPtr(list [2]*int)       { same(list, [2]*int{to(11), to(22)}) }
func TestArrayOutput2_intPtr() [2]*int          { return [2]*int{to(11), to(22)} }

var (
	pair  = [2]Struct2{{true, 123}, {false, 456}}
	pairs = [2]map[string]string{{"A": "true", "B": "123"}, {"C": "false", "D": "456"}}
)

func TestArrayInput2_struct(list [2]Struct2)        { equal(list, pair) }
func TestArrayOutput2_struct() [2]Struct2           { return pair }
func TestArrayInput2_structPtr(list [2]*Struct2)    { same(list, [2]*Struct2{&pair[0], &pair[1]}) }
func TestArrayOutput2_structPtr() [2]*Struct2       { return [2]*Struct2{&pair[0], &pair[1]} }
func TestArrayInput2_map(list [2]map[string]string) { same(list, pairs) }
func TestArrayOutput2_map() [2]map[string]string    { return pairs }
func TestArrayInput2_mapPtr(list [2]*map[string]string) {
	same(list, [2]*map[string]string{&pairs[0], &pairs[1]})
}
func TestArrayOutput2_mapPtr() [2]*map[string]string {
	return [2]*map[string]string{&pairs[0], &pairs[1]}
}
func TestArrayInput2_nils(list [2]*string)    { same(list, [2]*string{nil, to("b")}) }
func TestArrayOutput2_nils() [2]*string       { return [2]*string{nil, to("b")} }
func TestArrayInput2_array(list [2][3]int16)  { equal(list, [2][3]int16{{1, 2, 3}, {-4, -5, -6}}) }
func TestArrayOutput2_array() [2][3]int16     { return [2][3]int16{{1, 2, 3}, {-4, -5, -6}} }
func TestSliceOfArraysInput(list [][2]string) { same(list, [][2]string{{"a", "b"}, {"c", ""}}) }
func TestSliceOfArraysOutput() [][2]string    { return [][2]string{{"a", "b"}, {"c", ""}} }

func TestPtrArrayInput1_int(list *[1]int)       { pointsAt(list, [1]int{11}) }
func TestPtrArrayOutput1_int() *[1]int          { return &[1]int{11} }
func TestPtrArrayInput2_int(list *[2]int)       { pointsAt(list, [2]int{11, 22}) }
func TestPtrArrayOutput2_int() *[2]int          { return &[2]int{11, 22} }
func TestPtrArrayInput1_string(list *[1]string) { pointsAt(list, [1]string{"abc"}) }
func TestPtrArrayOutput1_string() *[1]string    { return &[1]string{"abc"} }
func TestPtrArrayInput2_string(list *[2]string) { pointsAt(list, [2]string{"abc", "def"}) }
func TestPtrArrayOutput2_string() *[2]string    { return &[2]string{"abc", "def"} }
