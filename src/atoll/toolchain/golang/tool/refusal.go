package main

import (
	"go/token"
	"go/types"
	"strings"
)

// refusal says why a type cannot cross the API. Field is the way to the part that cannot, from the
// struct that has it, empty if it is the type itself.
type refusal struct {
	part  types.Type
	what  string
	hint  string
	field string
	at    token.Pos
}

const (
	hintData      = "pass data: structs, slices, maps and plain values"
	hintStream    = "a stream can be a function's only result, beside an error"
	hintOneByOne  = "give the values as a slice, or one by one as a stream.Of (package " + streamPackage + ")"
	hintInterface = "name a type; a value of any shape can be passed as JSON in a string"
)

// refuse says why values of a type cannot cross, whatever they hold; nil if they may.
func refuse(t types.Type, app string) *refusal {
	no := func(what, hint string) *refusal { return &refusal{part: t, what: what, hint: hint} }
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		switch {
		case t.Info()&types.IsComplex != 0:
			return no("a complex number", "use a struct with two floats")
		case t.Kind() == types.UnsafePointer:
			return no("an address without a type", hintData)
		}
	case *types.Chan:
		return no("a channel", "pass the values as a slice")
	case *types.Signature:
		return no("a function", hintData)
	case *types.Interface:
		return no("an interface", hintInterface)
	case *types.Struct:
		return no("a struct without a name", "declare it: type Name struct { ... }")
	case *types.Named:
		return refuseNamed(t, app)
	case *types.Pointer, *types.Slice, *types.Array, *types.Map:
	default:
		return no("no type of data", hintData)
	}
	return nil
}

func refuseNamed(t *types.Named, app string) *refusal {
	no := func(what, hint string) *refusal { return &refusal{part: t, what: what, hint: hint} }
	name := t.Obj()
	switch {
	case streamOf(t) != nil:
		return no("a stream", hintStream)
	case types.IsInterface(t):
		return no("an interface", hintInterface)
	case !name.Exported():
		return no("a private type", "give it a name that begins with an upper-case letter")
	case name.Parent() != nil && name.Pkg() != nil && name.Parent() != name.Pkg().Scope():
		return no("a type of one function only", "declare it outside of the function")
	case !importable(name.Pkg(), app):
		return no("a type of an internal package", "copy the value to a type of the app")
	}
	if _, isStruct := t.Underlying().(*types.Struct); !isStruct {
		if why := refuse(t.Underlying(), app); why != nil {
			return no(why.what, why.hint)
		}
	}
	return nil
}

// givesOneByOne tells whether values of the type are other ways of Go to give values one by one.
func givesOneByOne(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Chan:
		return true
	case *types.Signature:
		return streamOf(t) == nil
	}
	return false
}

// importable tells whether the app's own package may import the other.
func importable(p *types.Package, app string) bool {
	if p.Path() == app {
		return true
	}
	if p.Name() == "main" || strings.HasPrefix(p.Path(), "vendor/") {
		return false
	}
	slashed := "/" + p.Path() + "/"
	i := strings.LastIndex(slashed, "/internal/")
	if i < 0 {
		return true
	}
	parent := strings.TrimPrefix(slashed[:i], "/")
	return parent != "" && strings.HasPrefix(app+"/", parent+"/")
}
