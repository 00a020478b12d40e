package main

const greeting = "こんにちは、世界"

func TestStringInput(s string)         { equal(s, greeting) }
func TestStringOutput() string         { return greeting }
func TestStringPtrInput(s *string)     { pointsAt(s, greeting) }
func TestStringPtrOutput() *string     { return to(greeting) }
func TestStringPtrInput_nil(s *string) { isNil(s) }
func TestStringPtrOutput_nil() *string { return nil }

func TestStringInput_empty(s string)     { equal(s, "") }
func TestStringOutput_empty() string     { return "" }
func TestStringPtrInput_empty(s *string) { pointsAt(s, "") }
func TestStringPtrOutput_empty() *string { return to("") }

// TestStringBytes gives what the text is made of.
func TestStringBytes(s string) []uint16 {
	all := []uint16{}
	for _, b := range []byte(s) {
		all = append(all, uint16(b))
	}
	return all
}

// TestStringOfBytes gives a text that need not be UTF-8.
func TestStringOfBytes(bytes []uint16) string {
	var all []byte
	for _, b := range bytes {
		all = append(all, byte(b))
	}
	return string(all)
}
