package main

import (
	"fmt"
	"strings"
)

// tinyGo writes code for TinyGo, which can export functions with values of any type. Those with an
// export directive it exports as they are.
func (g *generator) tinyGo() {
	for number, f := range g.exports {
		if !f.direct {
			g.forward(f, number)
		}
	}
	g.objects("//go:export", false)
	g.maps("//go:export", false)
}

func (g *generator) forward(f *function, number int) {
	result := func(i int) string { return fmt.Sprintf("%sR%d", g.prefix, i) }
	argument := func(i int) string { return fmt.Sprintf("%sP%d", g.prefix, i) }
	var declared, results []string
	for i, r := range f.results {
		if !f.streams {
			declared = append(declared, result(i)+" "+g.goType(r.typ))
			results = append(results, result(i))
		}
	}
	g.write("//go:export %s\nfunc %s%d(%s)", f.name, g.own("Export"), number, g.parameters(f))
	if len(declared) > 0 {
		g.write(" (%s)", strings.Join(declared, ", "))
	}
	g.write(" {\n")
	if callee := g.callee(f, number); f.streams {
		g.stream(f, callee, argument)
	} else {
		g.call(f, callee, argument, result)
	}
	if len(results) > 0 {
		g.write("\treturn %s\n", strings.Join(results, ", "))
	}
	g.write("}\n\n")
}
