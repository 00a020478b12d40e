package main

import (
	"fmt"
	"go/types"
	"slices"
)

// objects writes the exports by which the host makes objects of the app's types, and lets go of
// them.
func (g *generator) objects(directive string, arguments bool) {
	pointer := g.unsafe() + ".Pointer"
	g.write("%s __new\nfunc %s(id int32) %s {\n", directive, g.own("New"), pointer)
	g.write("\tvar object %s\n\tswitch id {\n", pointer)
	for _, name := range g.collector.order {
		t := g.collector.byName[name].typ
		if p, isPointer := t.(*types.Pointer); isPointer {
			t = p.Elem()
		}
		g.write("\tcase %d:\n\t\tobject = %s(new(%s))\n", g.ids[name], pointer, g.goType(t))
	}
	for number, f := range g.exports {
		if arguments && f.id > 0 {
			g.write("\tcase %d:\n\t\tobject = %s(new(%s%d))\n", f.id, pointer, g.own("Arguments"), number)
		}
	}
	g.write("\tdefault:\n\t\treturn nil\n\t}\n\treturn %s.Add(object)\n}\n\n", g.pins())
	g.makes(directive, pointer)
	g.write("%s __unpin\nfunc %s(object %s) {\n\t%s.Remove(object)\n}\n\n",
		directive, g.own("Unpin"), pointer, g.pins())
}

// makes writes the export that makes strings, slices and maps. A string that the host writes into
// must have bytes of its own: those of string(make([]byte, 1)) are shared by all such strings.
func (g *generator) makes(directive, pointer string) {
	g.write("%s __make\nfunc %s(id, size int32) %s {\n", directive, g.own("Make"), pointer)
	g.write("\tif size < 0 {\n\t\treturn nil\n\t}\n\tvar object %s\n\tswitch id {\n", pointer)
	g.write("\tcase 1:\n\t\tmade := make([]byte, size)\n\t\tobject = %s(&made)\n", pointer)
	g.makesText(2, "string", pointer)
	for _, name := range g.collector.order {
		t := g.collector.byName[name].typ
		switch shape := t.Underlying().(type) {
		case *types.Slice, *types.Map:
			g.write("\tcase %d:\n\t\tmade := make(%s, size)\n\t\tobject = %s(&made)\n",
				g.ids[name], g.goType(t), pointer)
		case *types.Basic:
			if shape.Info()&types.IsString != 0 {
				g.makesText(g.ids[name], g.goType(t), pointer)
			}
		}
	}
	g.write("\tdefault:\n\t\treturn nil\n\t}\n\treturn %s.Add(object)\n}\n\n", g.pins())
}

func (g *generator) makesText(id int, name, pointer string) {
	g.write("\tcase %d:\n\t\tbytes := make([]byte, size)\n", id)
	g.write("\t\tmade := %s(%s.String(%s.SliceData(bytes), len(bytes)))\n", name, g.unsafe(), g.unsafe())
	g.write("\t\tobject = %s(&made)\n", pointer)
}

// maps writes the exports by which the host reads and fills maps. The host of records lets go of
// what it was given to read, others do not.
func (g *generator) maps(directive string, records bool) {
	var names []string
	for _, name := range g.collector.order {
		if _, isMap := g.collector.byName[name].typ.Underlying().(*types.Map); isMap {
			names = append(names, name)
		}
	}
	if len(names) == 0 && !records {
		return
	}
	pointer := g.unsafe() + ".Pointer"
	g.write("%s __read_map\nfunc %s(id int32, m %s) int64 {\n", directive, g.own("ReadMap"), pointer)
	g.mapCases(names, func(k, v string) string {
		return fmt.Sprintf("return %s[%s, %s](m)", g.own("Read"), k, v)
	})
	g.write("\treturn 0\n}\n\n")
	g.write("%s __write_map\nfunc %s(id int32, m, keys, values %s) {\n", directive, g.own("WriteMap"), pointer)
	g.mapCases(names, func(k, v string) string {
		return fmt.Sprintf("%s[%s, %s](m, keys, values)", g.own("Write"), k, v)
	})
	g.write("}\n\n")
	if len(names) > 0 {
		g.mapFunctions(pointer, records)
	}
}

func (g *generator) mapCases(names []string, statement func(key, value string) string) {
	if len(names) == 0 {
		return
	}
	g.write("\tswitch id {\n")
	for _, name := range names {
		m := g.collector.byName[name].typ.Underlying().(*types.Map)
		g.write("\tcase %d:\n\t\t%s\n", g.ids[name], statement(g.goType(m.Key()), g.goType(m.Elem())))
	}
	g.write("\t}\n")
}

func (g *generator) mapFunctions(pointer string, records bool) {
	pinned := func(variable string) string {
		if records {
			return fmt.Sprintf("%s.Add(%s(&%s))", g.pins(), pointer, variable)
		}
		return fmt.Sprintf("%s(&%s)", pointer, variable)
	}
	g.write(`func %s[K comparable, V any](m %s) int64 {
	entries := *(*map[K]V)(m)
	keys := make([]K, 0, len(entries))
	values := make([]V, 0, len(entries))
	for key, value := range entries {
		keys = append(keys, key)
		values = append(values, value)
	}
	return int64(uintptr(%s))<<32 | int64(uintptr(%s))
}

`, g.own("Read"), pointer, pinned("keys"), pinned("values"))
	g.write(`func %s[K comparable, V any](m, keys, values %s) {
	entries := *(*map[K]V)(m)
	all := *(*[]V)(values)
	for i, key := range *(*[]K)(keys) {
		entries[key] = all[i]
	}
}

`, g.own("Write"), pointer)
}

// blanked gives the text with spaces in place of a directive of the compiler, which would export the
// function as it is.
func blanked(text []byte, start, end int) []byte {
	text = slices.Clone(text)
	for i := start + len("//"); i < end; i++ {
		text[i] = ' '
	}
	return text
}
