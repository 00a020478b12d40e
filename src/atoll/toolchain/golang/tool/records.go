package main

import (
	"fmt"
)

// records writes code for the standard compiler. Every exported function takes the address of its
// arguments, laid out like the fields of a struct, and gives that of its results.
func (g *generator) records() {
	for number, f := range g.exports {
		g.record(f, number)
	}
	g.objects("//go:wasmexport", true)
	g.maps("//go:wasmexport", true)
}

func (g *generator) record(f *function, number int) {
	callee := g.callee(f, number)
	pointer := g.unsafe() + ".Pointer"
	name := func(kind string) string { return fmt.Sprintf("%s%d", g.own(kind), number) }
	g.fields(name("Arguments"), "p", f.params)
	if !f.streams {
		g.fields(name("Results"), "r", f.results)
	}
	g.write("//go:wasmexport %s\n", f.name)
	g.write("func %s(%s %s) %s {\n", name("Export"), g.own("Arguments"), pointer, pointer)
	if len(f.params) > 0 {
		g.write("\t%s := (*%s)(%s)\n", g.own("Input"), name("Arguments"), g.own("Arguments"))
	}
	argument := func(i int) string { return fmt.Sprintf("%s.p%d", g.own("Input"), i) }
	if f.streams {
		g.stream(f, callee, argument)
		g.write("\treturn nil\n}\n\n")
		return
	}
	if len(f.results) > 0 {
		g.write("\t%s := new(%s)\n", g.own("Output"), name("Results"))
	}
	g.call(f, callee, argument,
		func(i int) string { return fmt.Sprintf("%s.r%d", g.own("Output"), i) })
	if len(f.results) > 0 {
		g.write("\treturn %s.Add(%s(%s))\n}\n\n", g.pins(), pointer, g.own("Output"))
	} else {
		g.write("\treturn nil\n}\n\n")
	}
}

// fields declares a struct for arguments or results, if there are any.
func (g *generator) fields(name, letter string, all []value) {
	if len(all) == 0 {
		return
	}
	g.write("type %s struct {\n", name)
	for i, v := range all {
		g.write("\t%s%d %s\n", letter, i, g.goType(v.typ))
	}
	g.write("}\n\n")
}
