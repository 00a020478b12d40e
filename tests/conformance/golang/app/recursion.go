package main

type RecursiveStruct struct {
	A bool
	B *RecursiveStruct
}

func TestRecursiveStructInput(s RecursiveStruct) {
	same(s, RecursiveStruct{true, &RecursiveStruct{false, nil}})
}

func TestRecursiveStructPtrInput(s *RecursiveStruct) {
	TestRecursiveStructInput(*s)
}

func TestRecursiveStructPtrInput_nil(s *RecursiveStruct) { isNil(s) }

func TestRecursiveStructOutput() RecursiveStruct         { return *TestRecursiveStructPtrOutput() }
func TestRecursiveStructOutput_map() RecursiveStruct     { return *TestRecursiveStructPtrOutput() }
func TestRecursiveStructPtrOutput_nil() *RecursiveStruct { return nil }

// TestRecursiveStructPtrOutput gives one that contains itself.
func TestRecursiveStructPtrOutput() *RecursiveStruct {
	s := &RecursiveStruct{A: true}
	s.B = s
	return s
}

func TestRecursiveStructPtrOutput_map() *RecursiveStruct { return TestRecursiveStructPtrOutput() }

// Node is a tree, of lists and of maps.
type Node struct {
	Name     string
	Children []Node
	ByName   map[string]*Node
	Parent   *Node
}

func TestTreeInput(n Node) Node {
	same(n, Node{"root", []Node{{Name: "leaf", Children: []Node{}}}, map[string]*Node{"x": {Name: "y"}, "z": nil}, nil})
	return n
}

// TestTreeOutput gives one of whose leaves one knows its parent.
func TestTreeOutput() *Node {
	root := &Node{Name: "root", Children: make([]Node, 2)}
	root.Children[0] = Node{Name: "a", Parent: root}
	root.Children[1] = Node{Name: "b", ByName: map[string]*Node{"c": {Name: "c"}}}
	return root
}

// TestRing gives a map that has itself inside.
func TestRing() map[string]*Node {
	ring := map[string]*Node{"a": {Name: "a"}}
	ring["a"].ByName = ring
	return ring
}

// TestChain gives a list of that length.
func TestChain(length int) *RecursiveStruct {
	var s *RecursiveStruct
	for i := 0; i < length; i++ {
		s = &RecursiveStruct{i == 0, s}
	}
	return s
}

// TestLength says how long the list is that it gets.
func TestLength(s *RecursiveStruct) int {
	n := 0
	for ; s != nil; s = s.B {
		n++
	}
	return n
}
