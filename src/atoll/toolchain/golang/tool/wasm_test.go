package main

import (
	"encoding/binary"
	"strings"
	"testing"
)

// wasmReader reads the parts of a WebAssembly module (https://webassembly.github.io/spec/core/binary).
type wasmReader struct {
	t     *testing.T
	bytes []byte
}

func (r *wasmReader) number() int {
	value, size := binary.Uvarint(r.bytes)
	if size <= 0 {
		r.t.Fatal("the module is malformed")
	}
	r.bytes = r.bytes[size:]
	return int(value)
}

func (r *wasmReader) take(n int) []byte {
	taken := r.bytes[:n]
	r.bytes = r.bytes[n:]
	return taken
}

func (r *wasmReader) text() string { return string(r.take(r.number())) }

var wasmTypes = map[byte]string{0x7f: "i32", 0x7e: "i64", 0x7d: "f32", 0x7c: "f64"}

func (r *wasmReader) types() string {
	var all []string
	for range r.number() {
		all = append(all, wasmTypes[r.take(1)[0]])
	}
	return "(" + strings.Join(all, ",") + ")"
}

// wasmExports gives the types of the module's exported functions.
func wasmExports(t *testing.T, module []byte) map[string]string {
	t.Helper()
	sections := map[byte]*wasmReader{}
	for all := (&wasmReader{t, module[8:]}); len(all.bytes) > 0; {
		id := all.take(1)[0]
		sections[id] = &wasmReader{t, all.take(all.number())}
	}
	var signatures []string
	for range sections[1].number() {
		sections[1].take(1)
		signatures = append(signatures, sections[1].types()+" -> "+sections[1].types())
	}
	imported := 0
	for range sections[2].number() {
		sections[2].text()
		sections[2].text()
		if kind := sections[2].take(1)[0]; kind != 0 {
			t.Fatalf("an import is of kind %d", kind)
		}
		sections[2].number()
		imported++
	}
	var functions []int
	for range sections[3].number() {
		functions = append(functions, sections[3].number())
	}
	exports := map[string]string{}
	for range sections[7].number() {
		name := sections[7].text()
		kind, index := sections[7].take(1)[0], sections[7].number()
		if kind == 0 {
			exports[name] = signatures[functions[index-imported]]
		}
	}
	return exports
}
