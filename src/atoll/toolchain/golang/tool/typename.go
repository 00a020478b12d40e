package main

import (
	"go/types"
	"strconv"
	"strings"
)

// typeText writes a type as Go does, with aliases replaced by what they stand for. qualify gives
// what stands before the names of a package, such as `http.`.
func typeText(t types.Type, qualify func(*types.Package) string) string {
	var b strings.Builder
	writeType(&b, t, qualify)
	return b.String()
}

func writeType(b *strings.Builder, t types.Type, qualify func(*types.Package) string) {
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		if t.Kind() == types.UnsafePointer {
			b.WriteString("unsafe.Pointer")
			return
		}
		b.WriteString(t.Name())
	case *types.Named:
		if t.Obj().Pkg() != nil {
			b.WriteString(qualify(t.Obj().Pkg()))
		}
		b.WriteString(t.Obj().Name())
		for i := range t.TypeArgs().Len() {
			b.WriteByte("[,"[min(i, 1)])
			writeType(b, t.TypeArgs().At(i), qualify)
		}
		if t.TypeArgs().Len() > 0 {
			b.WriteByte(']')
		}
	case *types.Pointer:
		b.WriteByte('*')
		writeType(b, t.Elem(), qualify)
	case *types.Slice:
		b.WriteString("[]")
		writeType(b, t.Elem(), qualify)
	case *types.Array:
		b.WriteString("[" + strconv.FormatInt(t.Len(), 10) + "]")
		writeType(b, t.Elem(), qualify)
	case *types.Map:
		b.WriteString("map[")
		writeType(b, t.Key(), qualify)
		b.WriteByte(']')
		writeType(b, t.Elem(), qualify)
	default:
		b.WriteString(types.TypeString(t, func(p *types.Package) string {
			return strings.TrimSuffix(qualify(p), ".")
		}))
	}
}

// fullName writes a type as metadata does: with the whole paths of packages.
func fullName(t types.Type) string {
	return typeText(t, func(p *types.Package) string { return p.Path() + "." })
}

// shortName writes a type as the app's author does. Versions of Go differ in how they write any.
func shortName(t types.Type, app string) string {
	text := typeText(t, func(p *types.Package) string {
		if p.Path() == app {
			return ""
		}
		return p.Name() + "."
	})
	return strings.ReplaceAll(text, "interface{}", "any")
}
